# SPDX-License-Identifier: ISC
"""Mail as it lies in queues: campaigns from templates, and letters of people.
Everything is drawn from a seed, so that each run has the same queue."""

import random

# What a spammer's template offers; each message takes one of each.
PILLS = """{Dear|Hello|Hi|Greetings} {friend|customer|sir|madam},
{we are happy to|we would like to|today we can|our team can} offer you \
{cheap|discount|low cost|affordable} {pills|tablets|medicine|remedies} from \
our {pharmacy|drugstore|online shop|store} in Canada without a prescription.
{Delivery|Shipping|Sending} takes only {three|four|five|six} days and we \
{guarantee|promise|ensure} full privacy of your order and of your payment.
Just follow this link and choose what you need before the end of the month:
http://%s.pills.example/%s
{Thank you|Many thanks|Best wishes|Regards}, {Mary|John|Peter|Susan}
"""
LOAN = """Attention {beneficiary|account owner|client},
your {loan|credit|funding} application over %d,000 dollars has been approved \
by our {bank|institute|finance house} and the money is ready for transfer to \
you within {24|48|72} hours after you have confirmed your personal data.
Please reply to this message with your full name, telephone number and a copy \
of your identity card, so that our {officer|manager|agent} can release it.
{Yours faithfully|Sincerely|Yours}, Office of the {director|chairman}
"""
NEWS = """The garden in {%s}
Dear readers of our letter,
this month we write about roses, about the right soil for tomatoes and about \
the open day of our nursery, to which all of you are invited with families.
Offers for members: ten percent on all bulbs until the end of the month.
Read on: https://www.garden.example/letter/%d
You get this because you subscribed; leave the list with one click:
https://www.garden.example/leave/%s
"""
WORDS = """invoice meeting delivery Tuesday contract photographs holiday roof
painter plumber estimate school teacher birthday cake bicycle repair train
ticket hotel booking passport dentist appointment garden fence neighbour noise
letter translation manuscript chapter editor printer paper shipment pallet
customs form declaration tax adviser balance quarter figures slides talk
conference hall microphone choir rehearsal concert programme violin lesson
kitchen table chairs measure wardrobe cellar water pipe heating engineer
""".split()
GLUE = """the a and with for about because please could would have has we you
our your tomorrow yesterday again later soon perhaps when if but then only
""".split()
DISCLAIMER = """
This message and any files with it are confidential and meant only for the
person to whom they are addressed. If you have received it in error please
tell the sender and delete it; any use, copy or disclosure by others is not
permitted. The company takes no liability for damage by viruses. Registered in
the commercial register of the town of Tienda under number 12345, managing
directors A. Example and B. Example. https://www.tienda.example/legal
"""


def fill(rng, template):
    out = ""
    while "{" in template:
        head, _, rest = template.partition("{")
        choice, _, template = rest.partition("}")
        out += head + rng.choice(choice.split("|"))
    return out + template


def token(rng, n=8):
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789")
                   for _ in range(n))


def pills(rng):
    return (fill(rng, "{Cheap|Best|Top} {pills|meds} #%d" %
                 rng.randrange(10000)),
            fill(rng, PILLS) % (token(rng, 5), token(rng, 12)))


def loan(rng):
    return "Your application", fill(rng, LOAN) % rng.randrange(10, 90)


def news(rng, month="March"):
    return ("The garden letter",
            fill(rng, NEWS % (month, 17, token(rng, 16))))


def letter(rng, disclaimer=False):
    """What a person writes: no two have more in common than their language."""
    def sentence():
        words = [rng.choice(WORDS if rng.random() < .6 else GLUE)
                 for _ in range(rng.randrange(6, 14))]
        return " ".join(words).capitalize() + "."
    text = "\n".join(sentence() for _ in range(rng.randrange(2, 8)))
    subject = " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 4)))
    return subject, text + "\n" + (DISCLAIMER if disclaimer else "")


def rng(seed=1):
    return random.Random(seed)
