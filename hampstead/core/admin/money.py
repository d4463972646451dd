"""Money in forms and lists."""

from decimal import Decimal
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from hampstead.core.spending import pounds


class PoundsField(forms.IntegerField):
    """Staff write whole pounds; rows keep pence."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        return value // 100 if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(str(value).replace(",", "").replace("£", "") if value else value)
        return None if cleaned is None else cleaned * 100

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial)) != str(data)


def in_pence(pence: Decimal) -> str:
    """'0.021p', '£1.50'"""
    return pounds(round(pence)) if pence >= 100 else f"{pence:.3f}p"
