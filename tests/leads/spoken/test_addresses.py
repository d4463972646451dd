"""E-mail addresses, written and spoken."""

import pytest

from leads.spoken.addresses import read_email


@pytest.mark.parametrize(
    ("said", "email"),
    [
        ("priya dot shah at gmail dot com", "priya.shah@gmail.com"),
        ("my email is priya dot shah at gmail dot com all lower case", "priya.shah@gmail.com"),
        ("priya underscore shah at hotmail dot co dot uk", "priya_shah@hotmail.co.uk"),
        ("priya dot shah at hotmail dot co uk", "priya.shah@hotmail.co.uk"),
        ("it's p dot shah at outlook dot com", "p.shah@outlook.com"),
        ("priya at gmail dot com", "priya@gmail.com"),
        ("p r i y a at gmail dot com", "priya@gmail.com"),
        ("priya eighty two at gmail dot com", "priya82@gmail.com"),
        ("sam 7 at example dot com", "sam7@example.com"),
        ("sam nineteen at example dot com", "sam19@example.com"),
        ("tom hyphen lee at example dot co dot uk", "tom-lee@example.co.uk"),
        ("jo-ann at bt internet dot com", "jo-ann@btinternet.com"),
        ("jo plus work at example dot org", "jo+work@example.org"),
        ("info at oak dash design dot london", "info@oak-design.london"),
        ("priya dot shah at g mail dot com. Thanks!", "priya.shah@gmail.com"),
        ("reach me on priya.shah at gmail.com", "priya.shah@gmail.com"),
        ("Yes. ada at example dot net, or ring me", "ada@example.net"),
        ("Priya.Shah@Example.co.uk", "Priya.Shah@Example.co.uk"),
        ("write to foo@example.com.", "foo@example.com"),
        ("(ada+1@example.com)", "ada+1@example.com"),
        ("my email's al dot may at gmail dot com", "al.may@gmail.com"),
        ("it's sam at example dot com", "sam@example.com"),
        ("double u dot lee at example dotcom", "w.lee@example.com"),
        ("jo.b (at) example.com", "jo.b@example.com"),
        ("priya shah at gmail dot com", None),
        ("o'connor at example dot com", None),
        ("have a look at www.example.com", None),
        ("look at example dot com", None),
        ("we met at noon", None),
        ("I am at home dot com", None),
        ("meet me at the house dot", None),
        ("at at at dot dot", None),
        ("a@b", None),
        ("dot at dot dot dot com", None),
        ("", None),
    ],
)
def test_an_address_or_none_when_unsure(said: str, email: str | None) -> None:
    assert read_email(said) == email
