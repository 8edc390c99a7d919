using System.Buffers;
using System.Text.Json;
using Tell.Mail;

namespace Tell.Documents.Sqlite;

/// <summary>
/// Writes what a document has beside its columns as JSON that SQLite's own JSON functions and people can read. What has its default value
/// is left out: the envelope of a simple message takes some 150 octets. <see cref="DetailReader"/> reads it.
/// </summary>
internal sealed class DetailWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        SkipValidation = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [ThreadStatic]
    private static DetailWriter? _mine;

    private readonly ArrayBufferWriter<byte> _octets = new(512);
    private readonly Utf8JsonWriter _json;

    private DetailWriter() => _json = new Utf8JsonWriter(_octets, Options);

    /// <summary>Envelope and items.</summary>
    public static byte[] Write(Document document) => Mine.Make(document, static (writer, d) => writer.Body(d));

    /// <summary>All of a filed document: envelope, items, parent, reason and attempts.</summary>
    public static byte[] WriteFiled(Document document) => Mine.Make(document, static (writer, d) =>
    {
        writer.Body(d);
        if (d.Parent is { } parent)
            writer._json.WriteString("parent"u8, parent.ToString());
        writer.Text("reason"u8, d.Reason);
        if (d.AttemptCount > 0)
            writer._json.WriteNumber("attemptCount"u8, d.AttemptCount);
        if (d.Attempts.IsEmpty)
            return;
        writer._json.WriteStartArray("attempts"u8);
        foreach (var attempt in d.Attempts)
        {
            writer._json.WriteStartObject();
            writer.Body(attempt);
            writer._json.WriteEndObject();
        }
        writer._json.WriteEndArray();
    });

    /// <summary>An attempt.</summary>
    public static byte[] Write(Attempt attempt) => Mine.Make(attempt, static (writer, a) => writer.Body(a));

    private static DetailWriter Mine => _mine ??= new DetailWriter();

    private byte[] Make<T>(T value, Action<DetailWriter, T> body)
    {
        _octets.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        body(this, value);
        _json.WriteEndObject();
        _json.Flush();
        var octets = _octets.WrittenSpan.ToArray();
        // One document with ten thousand recipients must not keep its buffer for the thread's life.
        if (_octets.Capacity > 64 * 1024)
            _mine = null;
        return octets;
    }

    private void Body(Document document)
    {
        if (document.Envelope is { } envelope)
        {
            _json.WriteStartObject("envelope"u8);
            Body(envelope);
            _json.WriteEndObject();
        }
        if (document.Items.IsDefaultOrEmpty)
            return;
        _json.WriteStartArray("items"u8);
        foreach (var item in document.Items)
            Body(item);
        _json.WriteEndArray();
    }

    private void Body(Envelope envelope)
    {
        Text("from"u8, envelope.Sender?.ToString());
        _json.WriteStartArray("to"u8);
        foreach (var recipient in envelope.Recipients)
            Body(recipient);
        _json.WriteEndArray();
        Number("body"u8, (int)envelope.Body);
        Flag("utf8"u8, envelope.SmtpUtf8);
        Flag("requireTls"u8, envelope.RequireTls);
        if (envelope.DeclaredSize is { } size)
            _json.WriteNumber("size"u8, size);
        Text("envid"u8, envelope.EnvelopeId);
        Number("ret"u8, (int)envelope.Return);
        Number("priority"u8, (int)envelope.Priority);
        if (envelope.MtPriority is { } priority)
            _json.WriteNumber("mtPriority"u8, priority);
        Time("by"u8, envelope.DeliverBy);
        Flag("byReturns"u8, envelope.DeliverByReturns);
        Flag("byTrace"u8, envelope.DeliverByTrace);
        Time("notBefore"u8, envelope.NotBefore);
        if (envelope.Submission == Submission.Unknown)
            return;
        _json.WriteStartObject("via"u8);
        _json.WriteString("protocol"u8, envelope.Submission.Protocol);
        Text("client"u8, envelope.Submission.Client);
        Text("helo"u8, envelope.Submission.Helo);
        Text("user"u8, envelope.Submission.User);
        Text("session"u8, envelope.Submission.Session);
        _json.WriteEndObject();
    }

    private void Body(Recipient recipient)
    {
        _json.WriteStartObject();
        _json.WriteString("a"u8, recipient.Address.ToString());
        Number("notify"u8, (int)recipient.Notify);
        Text("orcpt"u8, recipient.OriginalRecipient);
        Number("status"u8, (int)recipient.Status);
        Number("attempts"u8, recipient.Attempts);
        if (!recipient.LastStatus.IsNone)
            _json.WriteString("last"u8, recipient.LastStatus.ToString());
        Text("reply"u8, recipient.LastReply);
        Text("host"u8, recipient.LastHost);
        Flag("inDoubt"u8, recipient.InDoubt);
        _json.WriteEndObject();
    }

    private void Body(Item item)
    {
        _json.WriteStartObject();
        _json.WriteString("name"u8, item.Name);
        Number("kind"u8, (int)item.Kind);
        Text("type"u8, item.MediaType);
        _json.WriteStartArray("values"u8);
        foreach (var text in item.Texts.IsDefault ? [] : item.Texts)
            _json.WriteStringValue(text);
        foreach (var number in item.Numbers.IsDefault ? [] : item.Numbers)
        {
            // JSON has no word for infinities and "not a number".
            if (double.IsFinite(number))
                _json.WriteNumberValue(number);
            else
                _json.WriteStringValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        foreach (var time in item.Times.IsDefault ? [] : item.Times)
            _json.WriteStringValue(time);
        _json.WriteEndArray();
        if (item.Content is { } content)
        {
            _json.WriteNumber("content"u8, content.Id);
            _json.WriteNumber("size"u8, content.Size);
        }
        _json.WriteEndObject();
    }

    private void Body(Attempt attempt)
    {
        _json.WriteString("time"u8, attempt.Time);
        Text("host"u8, attempt.Host);
        Text("address"u8, attempt.Address);
        _json.WriteString("phase"u8, attempt.Phase);
        Number("code"u8, attempt.Code);
        if (!attempt.Status.IsNone)
            _json.WriteString("status"u8, attempt.Status.ToString());
        if (attempt.Text.Length > 0)
            _json.WriteString("text"u8, attempt.Text);
        Text("tls"u8, attempt.Tls);
        Text("node"u8, attempt.Node);
    }

    private void Text(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            _json.WriteString(name, value);
    }

    private void Number(ReadOnlySpan<byte> name, int value)
    {
        if (value != 0)
            _json.WriteNumber(name, value);
    }

    private void Flag(ReadOnlySpan<byte> name, bool value)
    {
        if (value)
            _json.WriteBoolean(name, true);
    }

    private void Time(ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is { } time)
            _json.WriteString(name, time);
    }
}
