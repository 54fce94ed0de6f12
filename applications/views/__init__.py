"""Pages of calls and of the applicants' side: fetch with permission, one action or one query, a page or a redirect."""
