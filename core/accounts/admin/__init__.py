"""People, organisations and programmes in the admin."""

import allauth.account.admin
import allauth.mfa.admin
import django.contrib.auth.admin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group

from core.accounts.admin import organisations, people
from core.accounts.admin.programmes import ProgrammeAdmin

__all__ = ["THEIRS", "ProgrammeAdmin", "organisations", "people"]

# The admin pages of these packages would bypass the actions that give roles, verify addresses and remove second
# factors. Importing them first lets them be unregistered.
THEIRS = (django.contrib.auth.admin, allauth.account.admin, allauth.mfa.admin)
admin.site.unregister([Group, EmailAddress, Authenticator])
