"""What is shown of a value that is kept from view: enough to recognise it, not to know it."""

DOT = "•"


def masked_personal_id_number(number: str) -> str:
    """19••••••-••12, of a saved number (12 digits)."""
    return f"{number[:2]}{DOT * 6}-{DOT * 2}{number[-2:]}" if number else ""


def masked_phone_number(number: str) -> str:
    """•••-••• •• 05, of a saved number."""
    return f"{DOT * 3}-{DOT * 3} {DOT * 2} {number[-2:]}" if number else ""


def masked_email(address: str) -> str:
    """e••••@example.se."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}{DOT * 4}@{domain}" if domain else ""
