"""A parcel carrier: takes parcels and reports where they are."""
