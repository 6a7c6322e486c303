"""The project shell of Pinshop and the kernel that its apps share."""
