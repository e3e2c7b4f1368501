"""The ledger: what is to be done, what is done, who does what. Messages only wake; this decides."""

from batch.ledger.broker import Broker
from batch.ledger.ledger import Ledger
from batch.ledger.model import ASSEMBLY, Answer, Claim, Fired, Settlement, Taken
from batch.ledger.states import State
from batch.ledger.view import View

__all__ = ["ASSEMBLY", "Answer", "Broker", "Claim", "Fired", "Ledger", "Settlement", "State", "Taken", "View"]
