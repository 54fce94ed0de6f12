"""What the whole service promises, across its parts; one cast for the folder."""
