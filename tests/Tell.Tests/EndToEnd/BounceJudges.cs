using System.Buffers.Binary;
using System.Text.Json;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>flufl.bounce, which mailing lists read bounces with, and Sisimai, which senders of much mail do.</summary>
internal static class BounceJudges
{
    /// <summary>Debian's own: its packages are not for any other Python that may come first on PATH.</summary>
    public const string Python = "/usr/bin/python3";

    private const string Flufl = """
        import sys, json, email
        from flufl.bounce import all_failures
        octets, out, at = sys.stdin.buffer.read(), [], 0
        while at < len(octets):
            size = int.from_bytes(octets[at:at + 4], 'big')
            temporary, permanent = all_failures(email.message_from_bytes(octets[at + 4:at + 4 + size]))
            out.append([sorted(a.decode() for a in temporary), sorted(a.decode() for a in permanent)])
            at += 4 + size
        print(json.dumps(out))
        """;

    private const string Types = """
        import sys, json, email, email.policy
        octets, out, at = sys.stdin.buffer.read(), [], 0
        while at < len(octets):
            size = int.from_bytes(octets[at:at + 4], 'big')
            read = email.message_from_bytes(octets[at + 4:at + 4 + size], policy=email.policy.default)
            out.append([p.get_content_type() for p in read.iter_parts()] + [type(d).__name__ for p in [read, *read.iter_parts()] for d in p.defects])
            at += 4 + size
        print(json.dumps(out))
        """;

    private const string Sisimai = """
        use strict; use warnings; use JSON; use Sisimai;
        binmode STDIN; local $/; my $all = <STDIN>; my @out;
        while (length $all) {
            my $size = unpack('N', substr($all, 0, 4, ''));
            my $text = substr($all, 0, $size, '');
            my $found = Sisimai->make(\$text);
            push @out, [map { [$_->recipient->address, $_->reason] } @{ $found || [] }];
        }
        print JSON->new->utf8->encode(\@out);
        """;

    /// <summary>For each message whom flufl.bounce finds: "a b; c d", those that are delayed before the semicolon and those that failed behind it.</summary>
    public static async Task<string[]> FluflAsync(IReadOnlyList<byte[]> messages) =>
        [.. (await AskAsync(Python, ["-c", Flufl], messages)).Select(found => string.Join("; ", found.EnumerateArray().Select(some => string.Join(' ', some.EnumerateArray().Select(one => one.GetString())))))];

    /// <summary>For each message the types of its parts, and what Python finds wrong with them.</summary>
    public static async Task<string[]> TypesAsync(IReadOnlyList<byte[]> messages) =>
        [.. (await AskAsync("python3", ["-c", Types], messages)).Select(found => string.Join(' ', found.EnumerateArray().Select(type => type.GetString())))];

    /// <summary>For each message whom Sisimai finds, and why: "a=userunknown b=expired".</summary>
    public static async Task<string[]> SisimaiAsync(IReadOnlyList<byte[]> messages) =>
        [.. (await AskAsync("perl", ["-e", Sisimai], messages)).Select(found => string.Join(' ', found.EnumerateArray().Select(one => $"{one[0].GetString()}={one[1].GetString()}")))];

    private static async Task<IReadOnlyList<JsonElement>> AskAsync(string program, string[] arguments, IReadOnlyList<byte[]> messages)
    {
        using var input = new MemoryStream();
        var length = new byte[4];
        foreach (var message in messages)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, message.Length);
            input.Write(length);
            input.Write(message);
        }
        var answer = (await ChildProcess.RunAsync(program, arguments, Path.GetTempPath(), input.ToArray())).Succeeded();
        return [.. JsonDocument.Parse(answer.Output).RootElement.EnumerateArray()];
    }
}
