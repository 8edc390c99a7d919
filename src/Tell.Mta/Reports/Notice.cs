using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.Reports;

/// <summary>Mail of the MTA itself about other mail, a report or a receipt: from the null sender, to one address, in MAIL.BOX for somebody here and in a lane of its own for others.</summary>
internal static class Notice
{
    /// <summary>The document, without its content; not stored yet.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="form">Its form: nobody is told of what becomes of it.</param>
    /// <param name="to">Who is told.</param>
    /// <param name="where">Where that is.</param>
    /// <param name="items">Its items.</param>
    /// <param name="body">What its content is.</param>
    /// <param name="smtpUtf8">True where only SMTPUTF8 can carry it.</param>
    /// <param name="way">The way in, for the history: "REPORT".</param>
    public static Document New(Unid id, string form, Mailbox to, Locality where, ImmutableArray<Item> items, BodyType body, bool smtpUtf8, string way)
    {
        var isHere = IsHere(where);
        return new Document
        {
            Id = id,
            Form = form,
            Queue = isHere ? WorkQueue.MailBox : WorkQueue.Outbound,
            State = DocumentState.Pending,
            Destination = isHere ? "" : ReportLane.Of(to.Domain),
            Items = items,
            Envelope = new Envelope { Sender = null, Recipients = [new Recipient(to)], Body = body, SmtpUtf8 = smtpUtf8, Submission = new Submission(way) },
        };
    }

    /// <summary>True for an address that ROUTER brings mail to.</summary>
    public static bool IsHere(Locality where) => where.Kind != LocalityKind.Elsewhere;
}
