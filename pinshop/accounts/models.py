"""People, businesses and the keys of businesses."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from pinshop.accounts.enums import RIGHTS, Role, Scope
from pinshop.core.money import MINOR_DIGITS


class UserManager(BaseUserManager["User"]):
    """Makes users from an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A customer; without a password the account is opened by a one-time code."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """The first staff user, who may do everything (`manage.py createsuperuser`)."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """A person: a customer, a member of a business, or staff. The e-mail address is the login."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open the admin.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_once")]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        """The name, or the e-mail address where there is none."""
        return self.name or self.email


class Business(models.Model):
    """A company that orders branded pins, by API or in the browser."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    billing_email = models.EmailField()
    vat_number = models.CharField(max_length=20, blank=True, help_text="With its country's letters; new quotes use it.")
    credit_limit_minor = models.PositiveBigIntegerField(
        default=0, help_text="Up to how much may be open by invoice; 0 for none."
    )
    credit_currency = models.CharField(max_length=3, choices=[(code, code) for code in MINOR_DIGITS], default="USD")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "businesses"

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person's place in a business."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.BUYER)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "user"], name="accounts_member_once")]

    def __str__(self) -> str:
        return f"{self.user} at {self.business}"

    def may(self, right: Scope) -> bool:
        """Whether the role allows this."""
        return right in RIGHTS[Role(self.role)]


class ApiKey(models.Model):
    """A key of a business. Only its hash is kept; `prefix` is shown so that people can tell keys apart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=20)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope.choices))
    live = models.BooleanField(help_text="Live keys order for real money; test keys make test orders.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
