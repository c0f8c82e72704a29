"""Keys of the funding screen."""

from __future__ import annotations

from captui.actions.action import Action, Scope

_S = Scope.FUNDING

# Neither B nor S: on the trade screen, one Esc away, they cancel every buy or sell.
SECTIONS = (
    Action("funding.deposit", _S, ("1", "D"), "Deposit", "Go to deposits and deposit addresses.", "section('deposit')"),
    Action("funding.withdraw_list", _S, ("2", "W"), "Withdrawals", "Go to withdrawals.", "section('withdraw')"),
    Action("funding.lightning", _S, ("3", "L"), "Lightning", "Go to lightning.", "section('lightning')"),
    Action("funding.beneficiaries", _S, ("4",), "Beneficiaries", "Go to beneficiaries.", "section('beneficiaries')"),
    Action(
        "funding.sent",
        _S,
        ("5",),
        "Sent",
        "Go to what this session has sent, and what became of it.",
        "section('sent')",
    ),
)

FUNDING: tuple[Action, ...] = (
    *SECTIONS,
    Action(
        "funding.copy",
        _S,
        ("y",),
        "Copy",
        "Copy the address or the invoice to the clipboard of your own machine (OSC 52, also over SSH).",
        "copy",
        True,
        True,
    ),
    Action(
        "funding.code",
        _S,
        ("q",),
        "QR code",
        "Show the QR code of the address or the invoice over the whole screen.",
        "code",
        True,
        True,
    ),
    Action(
        "funding.voucher",
        _S,
        ("v",),
        "Voucher",
        "Redeem a voucher.",
        "voucher",
        True,
        True,
    ),
    Action(
        "funding.withdraw",
        _S,
        ("w",),
        "Withdraw",
        "Withdraw, step by step; nothing is sent before a last look and the one-time password.",
        "withdraw",
        True,
        True,
    ),
    Action(
        "funding.invoice",
        _S,
        ("i",),
        "Invoice",
        "Make a lightning invoice for somebody else to pay.",
        "invoice",
        True,
        True,
    ),
    Action(
        "funding.pay",
        _S,
        ("p",),
        "Pay",
        "Pay a lightning invoice, after a look at what it says.",
        "pay",
        True,
        True,
    ),
    Action(
        "funding.add",
        _S,
        ("a",),
        "Add",
        "Add a beneficiary, a place that withdrawals may go to.",
        "add_beneficiary",
        True,
        True,
    ),
    Action(
        "funding.activate",
        _S,
        ("t",),
        "Activate",
        "Activate the beneficiary under the cursor with the pin that the exchange has sent by e-mail.",
        "activate_beneficiary",
        True,
        True,
    ),
    Action(
        "funding.remove",
        _S,
        ("x", "delete"),
        "Remove",
        "Remove the beneficiary under the cursor; asks first.",
        "remove_beneficiary",
        True,
        True,
    ),
)
