using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Tell.Tests.Mail;

/// <summary>Python's email package as a reader of what we write.</summary>
internal static class PythonEmail
{
    // Messages come behind their length, all in one run: starting Python costs more than reading.
    private const string Reader = """
        import sys, json, email, email.policy
        def show(p):
            d = {'type': p.get_content_type(), 'defects': [type(x).__name__ for x in p.defects], 'file': p.get_filename(),
                 'charset': p.get_content_charset(), 'fields': [[k, str(v)] for k, v in p.items()],
                 'fieldDefects': [k + ': ' + type(x).__name__ for k, v in p.items() for x in getattr(v, 'defects', [])]}
            if p.is_multipart():
                d['parts'] = [show(x) for x in p.iter_parts()] if p.get_content_maintype() == 'multipart' else [show(x) for x in p.get_payload()]
            else:
                octets = p.get_payload(decode=True)
                d['octets'] = octets.hex()
                if p.get_content_maintype() == 'text' and p.get_content_disposition() != 'attachment':
                    # Not get_content(): str.splitlines and the like must not have a say in what the text is.
                    d['text'] = octets.decode(p.get_content_charset('us-ascii'))
            for name in ('From', 'To', 'Cc', 'Bcc', 'Sender', 'Reply-To', 'Disposition-Notification-To'):
                if p[name] is not None and hasattr(p[name], 'addresses'):
                    d[name] = [[a.display_name, a.addr_spec] for a in p[name].addresses]
            return d
        octets = sys.stdin.buffer.read()
        shown, at = [], 0
        while at < len(octets):
            size = int.from_bytes(octets[at:at + 4], 'big')
            shown.append(show(email.message_from_bytes(octets[at + 4:at + 4 + size], policy=email.policy.default)))
            at += 4 + size
        print(json.dumps(shown))
        """;

    public static JsonElement Read(byte[] message) => Read([message])[0];

    public static IReadOnlyList<JsonElement> Read(IReadOnlyList<byte[]> messages)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Reader);
        using var python = Process.Start(start)!;
        // It reads all its input before it writes a word.
        var length = new byte[4];
        foreach (var message in messages)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, message.Length);
            python.StandardInput.BaseStream.Write(length);
            python.StandardInput.BaseStream.Write(message);
        }
        python.StandardInput.Close();
        // A reader that is quadratic in something must not hold up all other tests.
        using var limit = new Timer(_ => python.Kill(), null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        var answer = python.StandardOutput.ReadToEnd();
        var complaint = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, complaint);
        return [.. JsonDocument.Parse(answer).RootElement.EnumerateArray()];
    }

    public static void AssertNoDefects(JsonElement part)
    {
        Assert.Empty(part.GetProperty("defects").EnumerateArray());
        Assert.Empty(part.GetProperty("fieldDefects").EnumerateArray());
        if (part.TryGetProperty("parts", out var parts))
            Assert.All(parts.EnumerateArray(), AssertNoDefects);
    }

    public static string? Field(JsonElement part, string name) =>
        part.GetProperty("fields").EnumerateArray().Where(pair => pair[0].GetString() == name).Select(pair => pair[1].GetString()).SingleOrDefault();

    public static IEnumerable<(string Name, string Address)> Addresses(JsonElement part, string name) =>
        part.GetProperty(name).EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetString()!));

    public static byte[] Octets(JsonElement part) => Convert.FromHexString(part.GetProperty("octets").GetString()!);

    public static string Text(JsonElement part) => part.GetProperty("text").GetString()!;

    public static string? Type(JsonElement part) => part.GetProperty("type").GetString();

    public static IReadOnlyList<JsonElement> Parts(JsonElement part) => part.TryGetProperty("parts", out var parts) ? [.. parts.EnumerateArray()] : [];

    /// <summary>Null where python3 answers; else why its tests are skipped.</summary>
    public static string? Missing()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", "-c pass") { RedirectStandardError = true })!;
            python.WaitForExit();
            return python.ExitCode == 0 ? null : "python3 does not run on this machine";
        }
        catch (Win32Exception)
        {
            return "python3 is not on this machine";
        }
    }
}
