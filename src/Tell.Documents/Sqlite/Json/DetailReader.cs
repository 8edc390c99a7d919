using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Tell.Mail;

namespace Tell.Documents.Sqlite;

/// <summary>Reads what <see cref="DetailWriter"/> wrote. Names that it does not know are passed over.</summary>
internal static class DetailReader
{
    /// <summary>The document with what the JSON says of it.</summary>
    public static Document Read(Document document, ReadOnlySpan<byte> octets)
    {
        if (octets.Length <= 2)
            return document;
        using var json = JsonDocument.Parse(octets.ToArray());
        var root = json.RootElement;
        return document with
        {
            Envelope = root.TryGetProperty("envelope"u8, out var envelope) ? ReadEnvelope(envelope) : null,
            Items = root.TryGetProperty("items"u8, out var items) ? [.. items.EnumerateArray().Select(ReadItem)] : [],
            Parent = Text(root, "parent"u8) is { } parent && Unid.TryParse(parent, out var id) ? id : document.Parent,
            Reason = Text(root, "reason"u8) ?? document.Reason,
            AttemptCount = Number(root, "attemptCount"u8) ?? document.AttemptCount,
            Attempts = root.TryGetProperty("attempts"u8, out var attempts) ? [.. attempts.EnumerateArray().Select(ReadAttempt)] : document.Attempts,
        };
    }

    /// <summary>An attempt.</summary>
    public static Attempt ReadAttempt(ReadOnlySpan<byte> octets)
    {
        using var json = JsonDocument.Parse(octets.ToArray());
        return ReadAttempt(json.RootElement);
    }

    private static Attempt ReadAttempt(JsonElement json) => new()
    {
        Time = json.GetProperty("time"u8).GetDateTimeOffset(),
        Host = Text(json, "host"u8),
        Address = Text(json, "address"u8),
        Phase = Text(json, "phase"u8) ?? "",
        Code = Number(json, "code"u8) ?? 0,
        Status = Status(json, "status"u8),
        Text = Text(json, "text"u8) ?? "",
        Tls = Text(json, "tls"u8),
        Node = Text(json, "node"u8),
    };

    private static Envelope ReadEnvelope(JsonElement json) => new()
    {
        Sender = Text(json, "from"u8) is { } from ? Mailbox.Parse(from) : null,
        Recipients = [.. json.GetProperty("to"u8).EnumerateArray().Select(ReadRecipient)],
        Body = (BodyType)(Number(json, "body"u8) ?? 0),
        SmtpUtf8 = Flag(json, "utf8"u8),
        RequireTls = Flag(json, "requireTls"u8),
        DeclaredSize = json.TryGetProperty("size"u8, out var size) ? size.GetInt64() : null,
        EnvelopeId = Text(json, "envid"u8),
        Return = (ReturnContent)(Number(json, "ret"u8) ?? 0),
        Priority = (Priority)(Number(json, "priority"u8) ?? 0),
        MtPriority = Number(json, "mtPriority"u8),
        DeliverBy = Time(json, "by"u8),
        DeliverByReturns = Flag(json, "byReturns"u8),
        DeliverByTrace = Flag(json, "byTrace"u8),
        NotBefore = Time(json, "notBefore"u8),
        Submission = json.TryGetProperty("via"u8, out var via)
            ? new Submission(Text(via, "protocol"u8) ?? "", Text(via, "client"u8), Text(via, "helo"u8), Text(via, "user"u8), Text(via, "session"u8))
            : Submission.Unknown,
    };

    private static Recipient ReadRecipient(JsonElement json) => new(Mailbox.Parse(json.GetProperty("a"u8).GetString()!))
    {
        Notify = (Notify)(Number(json, "notify"u8) ?? 0),
        OriginalRecipient = Text(json, "orcpt"u8),
        Status = (RecipientStatus)(Number(json, "status"u8) ?? 0),
        Attempts = Number(json, "attempts"u8) ?? 0,
        LastStatus = Status(json, "last"u8),
        LastReply = Text(json, "reply"u8),
        LastHost = Text(json, "host"u8),
        InDoubt = Flag(json, "inDoubt"u8),
    };

    private static Item ReadItem(JsonElement json)
    {
        var name = Text(json, "name"u8) ?? "";
        var type = Text(json, "type"u8) ?? "";
        var values = json.GetProperty("values"u8).EnumerateArray();
        Content Content() => new(json.GetProperty("content"u8).GetInt64(), json.GetProperty("size"u8).GetInt64());
        return (ItemKind)(Number(json, "kind"u8) ?? 0) switch
        {
            ItemKind.Number => Item.OfNumber(name, [.. values.Select(ReadNumber)]),
            ItemKind.Time => Item.OfTime(name, [.. values.Select(v => v.GetDateTimeOffset())]),
            ItemKind.RichText => Item.OfRichText(name, type, values.First().GetString()!),
            ItemKind.MimePart => Item.OfMimePart(name, type, Content()),
            ItemKind.Attachment => Item.OfAttachment(name, values.First().GetString()!, type, Content()),
            _ => Item.OfText(name, [.. values.Select(v => v.GetString()!)]),
        };
    }

    private static double ReadNumber(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number ? json.GetDouble() : double.Parse(json.GetString()!, CultureInfo.InvariantCulture);

    private static string? Text(JsonElement json, ReadOnlySpan<byte> name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int? Number(JsonElement json, ReadOnlySpan<byte> name) => json.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    private static bool Flag(JsonElement json, ReadOnlySpan<byte> name) => json.TryGetProperty(name, out var value) && value.GetBoolean();

    private static DateTimeOffset? Time(JsonElement json, ReadOnlySpan<byte> name) =>
        json.TryGetProperty(name, out var value) ? value.GetDateTimeOffset() : null;

    private static EnhancedStatus Status(JsonElement json, ReadOnlySpan<byte> name) =>
        Text(json, name) is { } text && EnhancedStatus.TryParse(text, out var status) ? status : default;
}
