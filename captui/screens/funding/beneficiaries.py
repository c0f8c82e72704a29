"""Where withdrawals may go to: adding a beneficiary, activating it by its pin, removing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from captui.core import withdrawing as rules
from captui.core.funding import Beneficiary
from captui.core.text import printable
from captui.core.types import Currency
from captui.render.funding_words import (
    bank_detail,
    code,
    destination_lines,
    fact,
    gap,
    group_lines,
    is_usable,
    long_fact,
    missing_tag,
    tag_of,
)
from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.form import Checked, Field, Filled
from captui.screens.funding import rehearsal, typed
from captui.screens.funding.asking import FORM_INNER, INNER, LiveForm, Refusal, Standing
from captui.screens.funding.desk import After, Desk
from captui.screens.picker import Choice, Picker
from captui.session.commands import ActivateBeneficiary, AddBeneficiary, RemoveBeneficiary
from captui.session.funding_views import Move
from captui.widgets.funding_rows import currencies_in_order

_BANK = (
    ("full_name", "account holder", ""),
    ("bank_name", "bank", ""),
    ("account_number", "account number", ""),
    ("branch_code", "branch code", ""),
    ("account_type", "account type", "cheque, savings …"),
)
"""Name, label and hint of the usual details: the API document leaves the names open."""
_NEEDED = frozenset({"full_name", "bank_name", "account_number"})


class Beneficiaries:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # Adding

    def add(self, currency: str = "") -> None:
        """Of this currency, or asking for one first."""
        desk = self._desk
        if not desk.allowed("Add a beneficiary"):
            return
        if currency:
            self._describe(desk.currency(currency), {})
            return
        choices = [
            Choice(
                each.id,
                ((f"{code(each.id):<6}", "strong"), (printable(each.name), "dim")),
                f"{each.id} {printable(each.name).lower()}",
            )
            for each in currencies_in_order(list(desk.views.markets.currencies.values()))
        ]

        def chosen(name: str | None) -> None:
            if name:
                self._describe(desk.currency(name), {})

        desk.ask(Picker("A beneficiary of", choices, current="", hint="part of its name", mode=desk.mode), chosen)

    def _describe(self, currency: Currency, kept: Mapping[str, str], refusal: str = "") -> None:
        desk, coin = self._desk, currency.kind == "coin"
        form = LiveForm(
            f"A beneficiary of {code(currency.id)}",
            _coin_fields(currency, kept) if coin else _bank_fields(currency, kept),
            mode=desk.mode,
            about=partial(_about_address, currency.id) if coin else _about_bank,
            done="look at it",
            refusal=Refusal("name", refusal),
            what="add-beneficiary",
        )

        def filled(handed_in: Filled | None) -> None:
            if handed_in is not None:
                self._confirm(currency, handed_in.values)
            elif form.went_back:
                self.add()

        desk.ask(form, filled)

    def _confirm(self, currency: Currency, values: Mapping[str, str]) -> None:
        desk = self._desk
        data = data_of(currency, values)
        unit = code(currency.id)
        items: list[Line] = [fact("name", printable(values["name"]), "strong"), fact("currency", unit)]
        if values.get("description"):
            items += long_fact("description", printable(values["description"]), INNER)
        items.append(gap())
        if currency.kind == "coin":
            items += [
                ((f"Withdrawals of {unit} to it go to this address. Compare it, group by group:", "text"),),
                gap(),
                *group_lines(data["address"], INNER),
            ]
            if missing := missing_tag(currency.id, data["address"]):
                items += [gap(), ((missing, "warning"),)]
        else:
            for name, value in data.items():
                items += bank_detail(name, value, INNER)
        items += [gap(), (("The exchange then sends a pin by e-mail; without it nothing can go there.", "dim"),)]
        key = desk.world.new_id()

        def answered(answer: str | None) -> None:
            if answer == "":
                self._describe(currency, values)
            elif answer:
                command = AddBeneficiary(
                    key=key,
                    currency=currency.id,
                    name=values["name"],
                    data=data,
                    description=values.get("description", ""),
                )
                after = After(refused=lambda reason: self._describe(currency, values, reason), accepted=self._added)
                desk.send(command, f"Add {printable(values['name'])}", after)

        def look() -> tuple[Sequence[Line], Sequence[Answer]]:
            return items, [Answer("y", "Add it", "yes")]

        desk.ask(Standing("Add this beneficiary?", look, mode=desk.mode, what="confirm-beneficiary"), answered)

    def _added(self, move: Move) -> None:
        """The pin comes by e-mail within moments: it is asked for at once, and later just as well."""
        if isinstance(move.result, Beneficiary) and not move.result.is_active:
            self.activate(move.result)
        else:
            self._desk.show_move(move.key)

    # Activating and removing

    def activate(self, beneficiary: Beneficiary, refusal: str = "") -> None:
        desk = self._desk
        if not desk.allowed("Activate a beneficiary"):
            return
        name = printable(beneficiary.name)
        if beneficiary.is_active:
            desk.tell("Activate", [((f"{name} is active already.", "text"),)])
            return
        about: list[Line] = [
            (
                (
                    "The pin is in the e-mail that the exchange sent when this was added. Esc leaves it for later.",
                    "text",
                ),
            ),
            *rehearsal.pin(desk.mode),
            gap(),
            *destination_lines(beneficiary, FORM_INNER),
        ]
        form = LiveForm(
            f"Activate {name}",
            [Field("pin", "pin", secret=True, check=lambda values: typed.pin(values["pin"]))],
            mode=desk.mode,
            about=lambda _values: about,
            done="activate",
            refusal=Refusal("pin", refusal),
            what="activate",
        )
        key = desk.world.new_id()

        def filled(handed_in: Filled | None) -> None:
            if handed_in is not None:
                command = ActivateBeneficiary(key, beneficiary.id, handed_in.secrets["pin"])
                desk.send(command, f"Activate {name}", After(lambda reason: self.activate(beneficiary, reason)))

        desk.ask(form, filled)

    def remove(self, beneficiary: Beneficiary, refusal: str = "") -> None:
        desk = self._desk
        if not desk.allowed("Remove a beneficiary"):
            return
        name = printable(beneficiary.name)
        items: list[Line] = [((refusal, "error"),), gap()] if refusal else []
        items += [
            fact("name", name, "strong"),
            fact("currency", code(beneficiary.currency)),
            gap(),
            *destination_lines(beneficiary, INNER),
            gap(),
            (("Withdrawals cannot go there any more, until it is added and activated again.", "text"),),
        ]
        key = desk.world.new_id()

        def answered(answer: str | None) -> None:
            if answer:
                command = RemoveBeneficiary(key, beneficiary.id)
                desk.send(command, f"Remove {name}", After(lambda reason: self.remove(beneficiary, reason)))

        def look() -> tuple[Sequence[Line], Sequence[Answer]]:
            return items, [Answer("y", "Remove it", "yes", "warning")]

        desk.ask(Standing(f"Remove {name}?", look, mode=desk.mode, what="remove"), answered)


def data_of(currency: Currency, values: Mapping[str, str]) -> dict[str, str]:
    """What the exchange is told of the destination, from a form that has been checked."""
    if currency.kind == "coin":
        return {"address": values["address"]}
    data = {name: values[name] for name, _, _ in _BANK if values[name]}
    return data | _others(values["other"])


def _others(text: str) -> dict[str, str]:
    """`reference=ABC; swift=…`. Raises ValueError with a sentence."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        name, equals, value = part.partition("=")
        if not (equals and name.strip() and value.strip()) or name.strip() in found:
            raise ValueError("Write other details as name=value, with semicolons between them.")
        found[name.strip()] = value.strip()
    return found


def _coin_fields(currency: Currency, kept: Mapping[str, str]) -> list[Field]:
    def address(values: Mapping[str, str]) -> str:
        text = values["address"]
        if not text:
            return f"A beneficiary of {code(currency.id)} needs an address."
        if not is_usable(text):
            return "The address holds a blank or a character that addresses do not have: copy it again."
        return ""

    return [
        Field("name", "name", hint="how you will know it again", value=kept.get("name", ""), check=_name),
        Field("address", "address", hint="paste it", value=kept.get("address", ""), check=address, one_word=True),
        Field("description", "description", hint="for you alone", value=kept.get("description", "")),
    ]


def _bank_fields(currency: Currency, kept: Mapping[str, str]) -> list[Field]:
    def others(values: Mapping[str, str]) -> str:
        try:
            data = data_of(currency, values)
        except ValueError as error:
            return str(error)
        return rules.against_new_beneficiary(currency, values["name"], data)

    fields = [Field("name", "name", hint="how you will know it again", value=kept.get("name", ""), check=_name)]
    for name, label, hint in _BANK:
        check = _needs(name, label)
        fields.append(Field(name, label, hint=hint, value=kept.get(name, ""), check=check))
    fields += [
        Field("other", "other details", hint="name=value; …", value=kept.get("other", ""), check=others),
        Field("description", "description", hint="for you alone", value=kept.get("description", "")),
    ]
    return fields


def _needs(name: str, label: str) -> Checked:
    def check(values: Mapping[str, str]) -> str:
        if name not in _NEEDED or values[name]:
            return ""
        return f"The {label} is needed."

    return check


def _name(values: Mapping[str, str]) -> str:
    return "" if values["name"] else "A beneficiary needs a name."


def _about_address(currency: str, values: Mapping[str, str]) -> list[Line]:
    address = values["address"]
    if not address:
        return [(("Withdrawals go to the address that stands here. Paste it rather than typing it.", "dim"),)]
    lines: list[Line] = [(("Compare it with where it came from:", "dim"),), *group_lines(address, FORM_INNER)]
    what, tag = tag_of(address)
    if what:
        lines.append(((f"The {what} {tag} is part of it.", "dim"),))
    elif missing := missing_tag(currency, address):
        lines.append(((missing, "warning"),))
    return lines


def _about_bank(_values: Mapping[str, str]) -> list[Line]:
    return [(("The exchange pays to accounts in your own name; it says which details it wants.", "dim"),)]
