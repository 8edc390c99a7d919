using System.Globalization;
using Tell.Mail;

namespace Tell.Commands;

/// <summary>A message as people see it: the header that matters to them, its files, its text.</summary>
internal static class MessageView
{
    /// <summary>The rows of a header: From, To, Cc, Date, Subject, and Message-ID where it is wanted; none for what is missing.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Header(ReadMessage message, bool withId = false)
    {
        var rows = new List<IReadOnlyList<string>>();
        Add("From", message.From?.ToString());
        Add("To", string.Join(", ", message.To));
        Add("Cc", string.Join(", ", message.Cc));
        Add("Date", message.Date is { } date ? InternetDate.Format(date) : null);
        Add("Message-ID", withId ? message.MessageId.Value : null);
        Add("Subject", message.Subject);
        return rows;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                rows.Add([name + ":", Visible(value)]);
        }
    }

    /// <summary>Adds header, files and text to an answer; HTML is shown as text where there is no other.</summary>
    public static void Show(MimeReading reading, Answer answer)
    {
        answer.Table([.. Header(reading.Message), .. reading.Parts.Select(read => read.Part).Where(part => part.IsFile && part.Within is null)
            .Select(part => (string[])["File:", Visible(part.Name ?? part.ContentType.Essence)])]);
        answer.Line();
        answer.Text(Visible(reading.Message.Body ?? (reading.Message.Html is { } html ? HtmlText.ToPlain(html) : "")));
    }

    /// <summary>
    /// Characters that turn the direction of writing show a name as another one; <see cref="Answer"/> shows control characters as what they are, and so are
    /// these.
    /// </summary>
    public static string Visible(string text) => text.AsSpan().IndexOfAny(Turning) < 0 ? text
        : string.Concat(text.Select(c => Turning.Contains(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString()));

    private const string Turning = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029";
}
