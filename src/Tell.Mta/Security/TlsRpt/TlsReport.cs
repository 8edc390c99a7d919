using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Tell.Mta.Security.TlsRpt;

/// <summary>A report of one day to one domain (RFC 8460 4).</summary>
/// <param name="Submitter">Who reports: our host name.</param>
/// <param name="Contact">Whom to ask about it.</param>
/// <param name="Id">The id of the report, unique to us.</param>
/// <param name="Day">The day, UTC.</param>
/// <param name="Domain">The domain that it is about and for.</param>
/// <param name="Tallies">What there is to tell.</param>
public sealed record TlsReport(string Submitter, string Contact, string Id, DateOnly Day, string Domain, IReadOnlyList<TlsTally> Tallies)
{
    /// <summary>The file name of RFC 8460 5.1: "submitter!domain!begin!end!unique.json.gz", times in seconds since 1970.</summary>
    public string FileName
    {
        get
        {
            var begin = new DateTimeOffset(Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeSeconds();
            return string.Create(CultureInfo.InvariantCulture, $"{Submitter}!{Domain}!{begin}!{begin + 86399}!{Id}.json.gz");
        }
    }

    /// <summary>The report as JSON (RFC 8460 4.4).</summary>
    public byte[] ToJson()
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("organization-name", Submitter);
        json.WriteStartObject("date-range");
        var day = Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        json.WriteString("start-datetime", $"{day}T00:00:00Z");
        json.WriteString("end-datetime", $"{day}T23:59:59Z");
        json.WriteEndObject();
        json.WriteString("contact-info", Contact);
        json.WriteString("report-id", Id);
        json.WriteStartArray("policies");
        foreach (var tally in Tallies)
            Write(json, tally);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The JSON, compressed (RFC 8460 5.2).</summary>
    public byte[] ToGzip()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(ToJson());
        return packed.ToArray();
    }

    private static void Write(Utf8JsonWriter json, TlsTally tally)
    {
        json.WriteStartObject();
        json.WriteStartObject("policy");
        json.WriteString("policy-type", tally.Policy.Type switch
        {
            TlsPolicyType.Tlsa => "tlsa",
            TlsPolicyType.Sts => "sts",
            _ => "no-policy-found",
        });
        WriteTexts(json, "policy-string", tally.Policy.Strings);
        json.WriteString("policy-domain", tally.Policy.Domain);
        WriteTexts(json, "mx-host", tally.Policy.MxPatterns);
        json.WriteEndObject();
        json.WriteStartObject("summary");
        json.WriteNumber("total-successful-session-count", tally.Successes);
        json.WriteNumber("total-failure-session-count", tally.Failures);
        json.WriteEndObject();
        if (tally.Details.Count > 0)
        {
            json.WriteStartArray("failure-details");
            foreach (var (detail, sessions) in tally.Details.OrderByDescending(pair => pair.Value))
                Write(json, detail, sessions);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TlsFailureDetail detail, long sessions)
    {
        json.WriteStartObject();
        json.WriteString("result-type", detail.Result);
        WriteKnown("sending-mta-ip", detail.SendingIp);
        WriteKnown("receiving-mx-hostname", detail.Mx);
        WriteKnown("receiving-ip", detail.ReceivingIp);
        json.WriteNumber("failed-session-count", sessions);
        WriteKnown("failure-reason-code", detail.Reason);
        json.WriteEndObject();

        void WriteKnown(string name, string value)
        {
            if (value.Length > 0)
                json.WriteString(name, value);
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyCollection<string> texts)
    {
        if (texts.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
