/* SPDX-License-Identifier: ISC */
/*
 * The forms, each known from bounces of the program itself (real) or from what
 * its maker's manual, help page or source says that it sends (doc):
 *
 *	qmail        real; qmail-send(8), QSBMF (cr.yp.to/proto/qsbmf.txt)
 *	Exim         real; spec "customizing messages"
 *	Postfix      real; bounce(5)
 *	Sendmail     real; before 8.8 without RFC 1894
 *	OpenSMTPD    real; before 7.0
 *	all others   doc
 *
 * The first that fits is taken: what is special stands before what is general.
 */
#include "mail/bounce_form.h"

static const struct bounce_form forms[] = {
    {
	.name = "qmail",
	.opening = "this is the qmail-send program|"
		   "this is the message delivery program for|"
		   "sorry it didn't work out",
	.original = "--- below this line is a copy of the m|"
		    "--- enclosed are the original headers",
	.host = "qmail-send program at |delivery program for ",
    },
    {
	.name = "MessageLabs",
	.opening = "this is the mail delivery agent at",
	.original = "--- below this line is a copy of the m",
	.reply = "remote host said:",
	.host = "mail delivery agent at ",
    },
    {
	.name = "Symantec",
	.opening = "symantec messaging gateway|brightmail gateway|"
		   "symantec mail security",
	.label = "recipient:|recipients:|to:",
	.reply = "reason:|remote host said:",
	.original = "original message",
    },
    {
	.name = "Yahoo",
	.from = "yahoo|ymail|rocketmail|aol",
	.opening = "unable to deliver message to the following address|"
		   "unable to deliver your message to the following address",
	.original = "--- original message follows|"
		    "--- below this line is a copy of the m",
    },
    {
	.name = "GMX",
	.opening = "the following address failed:|"
		   "die folgende adresse ist fehlerhaft",
	.original = "--- the header of the original message is following|"
		    "--- der kopf der urspr",
    },
    {
	.name = "Exim (delay)",
	.opening = "this message was created automatically by mail delivery "
		   "software",
	.subject = "warning: message|delayed",
	.delay = true,
	.label = "recipient address:",
	.original = "------ this is a copy of",
    },
    {
	.name = "Zoho",
	.opening = "this message was created automatically by mail delivery "
		   "software",
	.from = "zoho",
	.original = "received:from|------ this is a copy of",
    },
    {
	.name = "Exim",
	.opening = "this message was created automatically by mail delivery "
		   "software|message that you sent could not be delivered to "
		   "all of its recipients|a message that you sent could not "
		   "be delivered to one or more of",
	.original = "------ this is a copy of|------ the body of the message",
    },
    {
	.name = "Exim",
	.header = "X-Failed-Recipients",
	.original = "------ this is a copy of|----- original message -----|"
		    "------ the body of the message",
    },
    {
	.name = "Postfix (delay)",
	.opening = "this is a warning only.  you do not need to resend",
	.original = "content-type: message/rfc822",
	.host = "mail system at host |postfix program at host ",
	.delay = true,
    },
    {
	.name = "Postfix",
	.opening = "this is the mail system at host|"
		   "this is the postfix program at host|"
		   "this is the postfix system at host",
	.original = "content-type: message/rfc822",
	.host = "mail system at host |postfix program at host ",
    },
    {
	.name = "Sendmail (delay)",
	.opening = "this is a warning message only",
	.original = "original message follows|message header follows|"
		    "unsent message follows",
	.reply = "transcript of session follows",
	.host = "was received at ",
	.delay = true,
    },
    {
	.name = "ActiveHunter",
	.header = "X-AHMAILID",
	.label = ">>> ",
	.original = "----- original message -----",
    },
    {
	.name = "Sendmail",
	.opening = "following addresses had|transcript of session follows|"
		   "following addresses have delivery notifications",
	.original = "original message follows|message header follows|"
		    "unsent message follows|returned message follows",
    },
    {
	.name = "OpenSMTPD (delay)",
	.opening = "a message is delayed for more than|message is delayed for",
	.original = "below is a copy of the original message",
	.from = "mailer-daemon|mailer daemon",
	.delay = true,
    },
    {
	.name = "OpenSMTPD",
	.opening = "an error has occurred while attempting to deliver a "
		   "message",
	.original = "below is a copy of the original message",
    },
    {
	.name = "Gmail (delay)",
	.opening = "delivery to the following recipient has been delayed|"
		   "there was a temporary problem delivering your message",
	.original = "----- original message -----|"
		    "----- message header follows -----",
	.reply = "the response was:|the error that the other server returned "
		 "was:",
	.delay = true,
    },
    {
	.name = "Gmail",
	.opening = "delivery to the following recipient failed permanently|"
		   "delivery to the following recipients failed permanently|"
		   "your message wasn't delivered to",
	.label = "your message wasn't delivered to",
	.original = "----- original message -----|"
		    "----- message header follows -----",
	.reply = "the error that the other server returned was:|"
		 "the response from the remote server was:|the response was:|"
		 "technical details of permanent failure:",
    },
    {
	.name = "Exchange",
	.opening = "delivery has failed to these recipients|"
		   "your message couldn't be delivered|"
		   "couldn't be delivered|"
		   "the following recipient(s) cannot be reached|"
		   "the following recipient(s) could not be reached|"
		   "did not reach the following recipient(s)|"
		   "did not reach some or all of the intended recipients|"
		   "zustellung an folgende empf|"
		   "fehler bei der nachrichtenzustellung|"
		   "no se pudo entregar el mensaje|"
		   "error de entrega a los siguientes|"
		   "chec de la remise pour les destinataires",
	.from = "postmaster|microsoft|system administrator|exchange|"
		"administrador del sistema|systemadministrator|"
		"administrateur syst",
	.reply = "remote server returned|diagnostic information for admin|"
		 "diagnoseinformationen f|informaci\xc3\xb3n de diagn",
	.original = "original message headers:|urspr\xc3\xbcngliche "
		    "nachrichtenkopf|encabezados de mensajes originales",
	.host = "generating server: |servidor de generaci\xc3\xb3n: |"
		"generierender server: |reporting mta: ",
    },
    {
	.name = "SMTPSVC",
	.opening = "this is an automatically generated delivery status "
		   "notification",
	.original = "received: ",
    },
    {
	.name = "Domino",
	.opening = "was not delivered to:|konnte nicht zugestellt werden an|"
		   "no se ha entregado a|n'a pas \xc3\xa9t\xc3\xa9 remis",
	.reply = "because:|weil:|porque:|car:",
	.original = "received: ",
    },
    {
	.name = "T-Online",
	.opening = "|------------------------- message log follows",
	.original = "|------------------------- message text follows|"
		    "|------------------------- message header follows",
    },
    {
	.name = "Courier",
	.opening = "running the courier mail server",
	.original = "the original message follows|the original message is",
	.host = "delivery status notification from ",
    },
    {
	.name = "MDaemon",
	.from = "mdaemon",
	.label = "failed address:|recipient:|- ",
	.reply = "session transcript",
	.original = "message header follows|message headers follow|"
		    ": message contains",
    },
    {
	.name = "MDaemon",
	.opening = "--- session transcript ---",
	.label = "failed address:",
	.reply = "session transcript",
	.original = "message header follows|message headers follow",
    },
    {
	.name = "IMail",
	.opening = "undeliverable to |unknown user: |user mailbox exceeds|"
		   "unknown host: |delivery failed ",
	.subject = "undeliverable mail|undeliverable",
	.label = "undeliverable to|unknown user:|"
		 "user mailbox exceeds allowed size:|unknown host:|"
		 "delivery failed",
	.original = "original message follows",
    },
    {
	.name = "Mimecast",
	.opening = "mimecast",
	.label = "recipient:|to:|failed recipient:",
	.reply = "reason:|diagnostic:|error:",
	.original = "original message",
    },
    {
	.name = "Proofpoint",
	.opening = "proofpoint",
	.label = "recipient:|to:",
	.reply = "reason:|details:",
	.original = "original message follows",
    },
    {
	.name = "Barracuda",
	.opening = "barracuda",
	.label = "recipient:|to:",
	.reply = "reason:",
	.original = "original message",
    },
    {
	.name = "MailMarshal",
	.opening = "the following recipients were affected:",
	.original = "received: |return-path: ",
    },
    {
	.name = "MailFoundry",
	.opening = "unable to deliver message to: <",
	.label = "unable to deliver message to:",
	.reply = "failed for the following reason:",
	.original = "received: ",
    },
    {
	.name = "m-FILTER",
	.opening = "-------server message",
	.original = "-------original m",
    },
    {
	.name = "KDDI",
	.opening = "following recipients did not receive your message|"
		   "recipients was rejected by a remote mail server",
	.reason = "the user(s) account",
	.original = "received: |return-path: ",
    },
    {
	.name = "SurfControl",
	.opening = "a transcript of the attempts to send the message follows",
	.label = "addressed to:",
	.reply = "failed to send to identified host",
	.original = "--- message non-deliverable",
    },
    {
	.name = "Amazon SES",
	.opening = "an error occurred while trying to deliver the mail to the "
		   "following recipients",
	.original = "received: ",
    },
    {
	.name = "SendGrid",
	.opening = "this is an automatically generated message from sendgrid",
	.original = "received: ",
    },
    {
	.name = "PowerMTA",
	.opening = "immediately below you will find a list of the affected "
		   "recipients",
	.original = "received: ",
	.host = "this is the mail server on ",
    },
    {
	.name = "James",
	.opening = "this is the james mail server at",
	.label = "failed recipient(s):",
	.reply = "error message:|error message below:",
	.original = "received: ",
	.host = "james mail server at ",
    },
    {
	.name = "MailEnable",
	.opening = "mailenable: message could not be delivered|mailenable",
	.label = "recipient:",
	.reply = "reason:",
	.original = "message headers follow|message contents follow",
    },
    {
	.name = "hMailServer",
	.opening = "your message did not reach some or all of the intended "
		   "recipients",
	.reply = "remote server replied:|error type:",
	.original = "hmailserver",
    },
    {
	.name = "GroupWise",
	.opening = "the message that you sent was undeliverable to the "
		   "following",
	.original = "received: ",
    },
    {
	.name = "Axigen",
	.opening = "the message could not be delivered to the following|"
		   "following recipients could not be reached",
	.reply = "reason:|server response:",
	.original = "received: ",
    },
    {
	.name = "IceWarp",
	.opening = "could not be delivered to the following recipient|"
		   "the message was undeliverable",
	.original = "received: ",
    },
    {
	.name = "Kerio",
	.opening = "your message could not be delivered to the following|"
		   "could not be delivered because of the following error",
	.reply = "error:|reason:",
	.original = "received: ",
    },
    {
	.name = "InterScan",
	.opening = "trend micro|interscan",
	.label = "sent <<< rcpt to:|to:",
	.reply = "received >>>",
	.original = "received: ",
    },
    {
	.name = "vpopmail",
	.opening = "no mailbox here by that name|vdelivermail|"
		   "over quota. (#5.2.2)",
	.original = "--- below this line is a copy of the m",
    },
    {
	.name = "other (delay)",
	.subject = "delay|delayed|warning: could not send|verz\xc3\xb6ger|"
		   "retrasad|retard",
	.reply = "reason:",
	.original = "original message|received: |return-path: ",
	.delay = true,
    },
    {
	.name = "other",
	.subject = "undeliver|delivery fail|delivery stat|failure notice|"
		   "returned mail|returned to sender|mail failure|"
		   "delivery error|could not be delivered|not delivered|"
		   "delivery report|mail delivery|mail system error|"
		   "non remis|no entregado|no se pudo entregar|"
		   "devuelto|unzustellbar|nicht zugestellt|fehlgeschlagen|"
		   "mancato recapito|onbestelbaar|niet afgeleverd|"
		   "failed delivery|message status|problem delivering|"
		   "rejected|bounced|nondeliverable|unable to deliver",
	.label = "recipient:|to:|address:|failed address:|user:",
	.reply = "reason:|error:|remote host said:|diagnostic",
	.original = "original message|--- below this line|received: |"
		    "return-path: |message header|copy of the message",
    },
};

const struct bounce_form *
bounce_form_at(size_t n)
{
	return n < ARRAY_LEN(forms) ? &forms[n] : NULL;
}
