namespace Tell.Smtp.Server;

/// <summary>Everything that a session says of its own accord, on one page. Codes: RFC 5321 4.2.3; statuses: RFC 3463, RFC 5248, RFC 6531.</summary>
internal static class Replies
{
    public static readonly CannedReply Ok = new(250, "2.0.0", "Ok");
    public static readonly CannedReply Reset = new(250, "2.0.0", "Reset");
    public static readonly CannedReply SenderOk = new(250, "2.1.0", "Sender ok");
    public static readonly CannedReply RecipientOk = new(250, "2.1.5", "Recipient ok");
    public static readonly CannedReply CannotVerify = new(252, "2.0.0", "Not verified here; send the message and see");
    public static readonly CannedReply ChunkTaken = new(250, "2.0.0", "Chunk taken");
    public static readonly CannedReply Authenticated = new(235, "2.7.0", "Authenticated");
    public static readonly CannedReply Bye = new(221, "2.0.0", "Bye");
    public static readonly CannedReply StartTls = new(220, "2.0.0", "Ready to start TLS");
    public static readonly CannedReply StartData = new(354, "", "Send the message; end it with <CRLF>.<CRLF>");

    public static readonly CannedReply Stopping = new(421, "4.3.2", "Shutting down; try again soon");
    public static readonly CannedReply Idle = new(421, "4.4.2", "Nothing came for too long; closing");
    public static readonly CannedReply TooSlow = new(421, "4.4.2", "The message comes too slowly; closing");
    public static readonly CannedReply TooManyMessages = new(421, "4.5.0", "No more messages in this session; connect again");
    public static readonly CannedReply TooManyErrors = new(421, "4.7.0", "Too many errors; closing");

    public static readonly CannedReply UnknownCommand = new(500, "5.5.1", "Command not known; try HELP");
    public static readonly CannedReply LineTooLong = new(500, "5.5.2", "Line too long");
    public static readonly CannedReply MalformedLine = new(500, "5.5.2", "A line ends with CR LF and holds neither CR nor LF nor NUL");
    public static readonly CannedReply NoArgument = new(501, "5.5.4", "This command takes no argument");
    public static readonly CannedReply ArgumentMissing = new(501, "5.5.4", "An argument is missing");
    public static readonly CannedReply HelloSyntax = new(501, "5.5.4", "Expected one domain name or address literal");
    public static readonly CannedReply MailSyntax = new(501, "5.5.2", "Expected MAIL FROM:<address> [parameters]");
    public static readonly CannedReply RecipientSyntax = new(501, "5.5.2", "Expected RCPT TO:<address> [parameters]");
    public static readonly CannedReply SenderSyntax = new(501, "5.1.7", "That is not the address of a mailbox");
    public static readonly CannedReply AddressSyntax = new(501, "5.1.3", "That is not the address of a mailbox");
    public static readonly CannedReply ParameterSyntax = new(501, "5.5.4", "A parameter is malformed or given twice");
    public static readonly CannedReply NotImplemented = new(502, "5.5.1", "Command not implemented here");
    public static readonly CannedReply ChunkSyntax = new(501, "5.5.4", "Expected BDAT size [LAST]; closing, since the chunk has no end");
    public static readonly CannedReply TurnSyntax = new(501, "5.5.4", "Expected ETRN and the name of a domain");
    public static readonly CannedReply TooFarAhead = new(501, "5.5.4", "That is further ahead than a message may be held here");
    public static readonly CannedReply NeverInTime = new(501, "5.5.4", "The message would have to be delivered before it may be sent");
    public static readonly CannedReply UnknownParameter = new(555, "5.5.4", "Parameter not known here");

    public static readonly CannedReply SayHello = new(503, "5.5.1", "Say EHLO or HELO first");
    public static readonly CannedReply SayMail = new(503, "5.5.1", "Say MAIL first");
    public static readonly CannedReply SayExtendedHello = new(503, "5.5.1", "Say EHLO first");
    public static readonly CannedReply LateChunk = new(503, "5.5.1", "Say MAIL first", blames: false);
    public static readonly CannedReply SayRecipient = new(503, "5.5.1", "Say RCPT first");
    public static readonly CannedReply InChunks = new(503, "5.5.1", "A message comes in chunks; finish it by BDAT or say RSET");
    public static readonly CannedReply BinaryNeedsChunks = new(503, "5.5.1", "A BINARYMIME message comes by BDAT only");
    public static readonly CannedReply InTransaction = new(503, "5.5.1", "A transaction is open; finish it or say RSET");

    public static readonly CannedReply NoPrivateQueues = new(458, "4.3.0", "Unable to queue messages for that node");
    public static readonly CannedReply TlsAlready = new(503, "5.5.1", "TLS is in use already");
    public static readonly CannedReply BehindStartTls = new(554, "5.5.0", "Nothing may be said behind STARTTLS before the handshake; closing");
    public static readonly CannedReply XclientSyntax = new(501, "5.5.4", "An attribute is malformed, given twice or not known here");
    public static readonly CannedReply AuthLineTooLong = new(500, "5.5.6", "Authentication exchange line is too long");
    public static readonly CannedReply AuthSyntax = new(501, "5.5.2", "That is not base64, or not what the mechanism expects");
    public static readonly CannedReply AuthCancelled = new(501, "5.7.0", "Authentication cancelled");
    public static readonly CannedReply AlreadyAuthenticated = new(503, "5.5.1", "Already authenticated");
    public static readonly CannedReply UnknownMechanism = new(504, "5.5.4", "Mechanism not offered here");
    public static readonly CannedReply AuthenticationRequired = new(530, "5.7.0", "Authentication required");
    public static readonly CannedReply NotAuthenticated = new(535, "5.7.8", "Name or password is wrong");
    public static readonly CannedReply EncryptionRequired = new(538, "5.7.11", "Authentication needs TLS here");

    public static readonly CannedReply TooManyRecipients = new(452, "4.5.3", "Too many recipients; send the rest in another message");
    public static readonly CannedReply NoRecipients = new(554, "5.5.1", "No valid recipients");
    public static readonly CannedReply NeedsUtf8 = new(553, "5.6.7", "That address needs SMTPUTF8");
    public static readonly CannedReply TooLarge = new(552, "5.3.4", "The message is larger than SIZE allows");
    public static readonly CannedReply HeaderTooLarge = new(552, "5.3.4", "The header of the message is too large");
    public static readonly CannedReply Irregular = new(550, "5.6.11", "The message holds a bare CR, a bare LF or a NUL");

    /// <summary>The receiver failed: the peer learns nothing but that it may try again (invariant 9).</summary>
    public static readonly Reply LocalFault = Reply.Of(451, "4.3.0", "Local trouble; try again later");

    /// <summary>The authenticator failed (RFC 4954 4).</summary>
    public static readonly Reply CannotAuthenticate = Reply.Of(454, "4.7.0", "Nobody can be authenticated now; try again later");

    /// <summary>A question to the receiver was given up because we stop.</summary>
    public static readonly Reply Abandoned = Reply.Of(421, "4.3.2", "Shutting down; try again soon");
}
