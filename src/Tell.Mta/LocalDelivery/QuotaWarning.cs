using System.Globalization;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.LocalDelivery;

/// <summary>The Memo that tells a user that the mail file is nearly full, or full.</summary>
internal static class QuotaWarning
{
    /// <summary>The Memo, for the mail file itself.</summary>
    public static Document Memo(IDatabase file, Mailbox user, long used, long? quota, bool isFull, MtaContext context)
    {
        var id = file.NewId();
        var grace = context.Settings.QuotaGracePeriod;
        var of = quota is { } most ? string.Create(CultureInfo.InvariantCulture, $" of the {most:N0} that it may hold") : "";
        var next = isFull
            ? grace > TimeSpan.Zero
                ? string.Create(CultureInfo.InvariantCulture, $"New mail waits. When the mail file has been full for {Days(grace)}, mail is given back to its senders.")
                : "New mail is given back to its senders."
            : "When it is full, new mail cannot be filed.";
        return new Document
        {
            Id = id,
            Form = Forms.Memo,
            Items =
            [
                Item.OfText(ItemNames.From, context.Postmaster.ToString()),
                Item.OfText(ItemNames.SendTo, user.ToString()),
                Item.OfText(ItemNames.Subject, isFull ? "Your mail file is full" : "Your mail file is nearly full"),
                Item.OfTime(ItemNames.PostedDate, context.Now),
                Item.OfRichText(ItemNames.Body, "text/plain", string.Create(CultureInfo.InvariantCulture,
                    $"Your mail file holds {used:N0} octets{of}.\n{next}\n\nPlease delete what you do not need any more.\n")),
                Item.OfText(ItemNames.MessageId, MessageId.New(id.ToString(), context.HostDomain).ToString()),
                Item.OfText(ItemNames.Recipients, user.ToString()),
                Item.OfText(ItemNames.Originator, ""),
                Item.OfTime(ItemNames.DeliveredDate, context.Now),
            ],
        };
    }

    private static string Days(TimeSpan time) => time.TotalDays >= 2
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#} days")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} hours");
}
