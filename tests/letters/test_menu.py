"""Every section of the admin has a place of its own in the menu: of two with one place, one would not be shown."""

from collections import Counter

from django.contrib import admin


def test_no_two_lists_of_the_admin_have_one_place_in_the_menu():
    places = [getattr(listing, "menu_place", 0) for listing in admin.site._registry.values()]
    assert [place for place, number in Counter(places).items() if place and number > 1] == []
