using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tell.Mail;

namespace Tell.Commands;

/// <summary>A message as JSON. All that could drive a terminal or turn the direction of writing is escaped.</summary>
internal static class MimeJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object, over several lines.</summary>
    public static string Write(MimeReading reading)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(output, Options))
            Write(json, reading);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, MimeReading reading)
    {
        var message = reading.Message;
        json.WriteStartObject();
        json.WriteString("subject", message.Subject);
        json.WritePropertyName("from");
        Address(json, message.From);
        json.WriteString("text", message.Text);
        json.WriteString("html", message.Html);
        json.WriteStartArray("attachments");
        foreach (var (part, sha256) in reading.Files)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            Octets(json, part, sha256);
            if (part.Source is { } source)
                json.WriteString("foundIn", source.Name ?? source.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("parts");
        foreach (var (part, sha256) in reading.Parts.Where(read => read.Part.IsLeaf))
        {
            json.WriteStartObject();
            Octets(json, part, sha256);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("problems");
        foreach (var problem in reading.Problems)
            json.WriteStringValue(problem.ToString());
        json.WriteEndArray();
        Addresses(json, "to", message.To);
        Addresses(json, "cc", message.Cc);
        json.WriteString("date", message.Date?.ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("messageId", message.MessageId.IsNone ? null : message.MessageId.Value);
        json.WriteEndObject();
    }

    private static void Octets(Utf8JsonWriter json, ReadPart part, string sha256)
    {
        json.WriteString("type", part.ContentType.Essence);
        json.WriteNumber("size", part.Size);
        json.WriteString("sha256", sha256);
    }

    private static void Addresses(Utf8JsonWriter json, string name, IEnumerable<ListedAddress> addresses)
    {
        json.WriteStartArray(name);
        foreach (var address in addresses)
            Address(json, address);
        json.WriteEndArray();
    }

    private static void Address(Utf8JsonWriter json, ListedAddress? address)
    {
        json.WriteStartObject();
        json.WriteString("address", address?.Address);
        json.WriteString("name", address?.Name);
        json.WriteEndObject();
    }
}
