"""People, organisations and programmes in the admin."""

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin
import django.contrib.auth.admin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from core.accounts.admin import organisations, people
from core.accounts.admin.programmes import ProgrammeAdmin

__all__ = ["THEIRS", "ProgrammeAdmin", "organisations", "people"]

# The admin pages of these packages would bypass the actions that give roles, verify addresses, remove second
# factors and end sessions. Importing them first lets them be unregistered.
THEIRS = (
    django.contrib.auth.admin,
    allauth.account.admin,
    allauth.mfa.admin,
    allauth.socialaccount.admin,
    allauth.usersessions.admin,
)
admin.site.unregister([Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession])
