using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Logging;

/// <summary>
/// One line of the transfer log while it is written. Used again and again: a line costs its string and no more. The member names are
/// encoded once, and values escaped so that no control character and no line end is left.
/// </summary>
internal sealed class TransferLine
{
    // A line with a thousand recipients must not keep its buffer for ever.
    private const int KeptCapacity = 16 * 1024;

    // Text is escaped for JSON, not for a page of HTML: addresses keep their "+", "<" and ">".
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private ArrayBufferWriter<byte> _octets = new(1024);
    private Utf8JsonWriter _json = null!;

    /// <summary>Begins a line with what every line has: time, fact, unid, parent, queue and size.</summary>
    public void Begin(DateTimeOffset time, string fact, Document document)
    {
        _json ??= new Utf8JsonWriter(_octets, Options);
        _json.WriteStartObject();
        Time("time", time);
        _json.WriteString("fact", fact);
        Id("unid", document.Id);
        Id("parent", document.Parent);
        if (document.Queue is { } queue)
            _json.WriteString("queue", queue.Title());
    }

    /// <summary>Ends the line and hands it out.</summary>
    public string End()
    {
        _json.WriteEndObject();
        _json.Flush();
        var line = Encoding.UTF8.GetString(_octets.WrittenSpan);
        if (_octets.Capacity > KeptCapacity)
            _octets = new ArrayBufferWriter<byte>(1024);
        else
            _octets.ResetWrittenCount();
        _json.Reset(_octets);
        return line;
    }

    /// <summary>A text; nothing where there is none.</summary>
    public void Text(string name, string? value)
    {
        if (value is not null)
            _json.WriteString(name, value);
    }

    /// <summary>A number.</summary>
    public void Number(string name, long value) => _json.WriteNumber(name, value);

    /// <summary>True; nothing where it is not so.</summary>
    public void Flag(string name, bool value)
    {
        if (value)
            _json.WriteBoolean(name, true);
    }

    /// <summary>A document's id; nothing where there is none.</summary>
    public void Id(string name, Unid? id)
    {
        if (id is not { } unid)
            return;
        Span<byte> digits = stackalloc byte[32];
        Utf8Formatter.TryFormat(unid.High, digits, out _, new StandardFormat('X', 16));
        Utf8Formatter.TryFormat(unid.Low, digits[16..], out _, new StandardFormat('X', 16));
        _json.WriteString(name, digits);
    }

    /// <summary>A time in UTC, ISO 8601 with milliseconds.</summary>
    public void Time(string name, DateTimeOffset value)
    {
        Span<byte> text = stackalloc byte[32];
        value.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
        _json.WriteString(name, text[..length]);
    }

    /// <summary>from, to and size of a whole document.</summary>
    public void Envelope(Document document)
    {
        if (document.Envelope is { } envelope)
            _json.WriteString("from", envelope.Sender?.ToString() ?? "");
        Recipients(document);
        if (document.Content is { } content)
            _json.WriteNumber("size", content.Size);
    }

    /// <summary>to: all recipients of a document.</summary>
    public void Recipients(Document document)
    {
        if (document.Envelope is not { } envelope)
            return;
        _json.WriteStartArray("to");
        foreach (var recipient in envelope.Recipients)
            _json.WriteStringValue(recipient.Address.ToString());
        _json.WriteEndArray();
    }

    /// <summary>from, to and size of one recipient's part.</summary>
    public void Recipient(Document document, Recipient recipient)
    {
        _json.WriteString("from", document.Envelope?.Sender?.ToString() ?? "");
        _json.WriteStartArray("to");
        _json.WriteStringValue(recipient.Address.ToString());
        _json.WriteEndArray();
        if (document.Content is { } content)
            _json.WriteNumber("size", content.Size);
    }

    /// <summary>What an attempt found.</summary>
    public void Attempt(Attempt attempt)
    {
        Text("host", attempt.Host);
        Text("address", attempt.Address);
        Text("phase", attempt.Phase);
        if (attempt.Code != 0)
            _json.WriteNumber("code", attempt.Code);
        Status(attempt.Status);
        Text("reply", attempt.Text.Length > 0 ? attempt.Text : null);
        Text("tls", attempt.Tls);
        Text("node", attempt.Node);
    }

    /// <summary>An enhanced status; nothing where there is none.</summary>
    public void Status(EnhancedStatus status)
    {
        if (!status.IsNone)
            _json.WriteString("status", status.ToString());
    }

    /// <summary>age: the milliseconds since the document was made.</summary>
    public void Age(Document document, TimeProvider time) =>
        _json.WriteNumber("age", (long)(time.GetUtcNow() - document.Created).TotalMilliseconds);
}
