"""Shared web edges: access guard, languages, errors, headers, forms and formats of pages."""
