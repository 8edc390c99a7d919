using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Tell.Mail;
using Tell.Tests.Tools;

namespace Tell.Tests.Mail;

/// <summary>Python's codecs and its email package read the same octets; where they differ from us is written here, with the reason.</summary>
public sealed class PythonReadsAsWeDoTests
{
    private const string Decoder = """
        import sys, json
        out = []
        for name, octets in json.load(sys.stdin):
            try:
                out.append(bytes.fromhex(octets).decode(name))
            except (LookupError, UnicodeDecodeError):
                out.append(None)
        json.dump(out, sys.stdout)
        """;

    private const string Addresses = """
        import sys, json, email.policy
        out = []
        for field in json.load(sys.stdin):
            h = email.policy.default.header_factory('To', field)
            out.append([[a.display_name, a.addr_spec] for a in h.addresses])
        json.dump(out, sys.stdout)
        """;

    private const string Words = """
        import sys, json, email.policy
        json.dump([str(email.policy.default.header_factory('Subject', x)) for x in json.load(sys.stdin)], sys.stdout)
        """;

    private static readonly string[] SingleByte =
    [
        "us-ascii", "iso-8859-1", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-9", "iso-8859-10",
        "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
        "windows-1256", "windows-1257", "windows-1258", "koi8-r", "koi8-u", "tis-620", "cp437", "cp720", "cp737", "cp775", "cp850", "cp852", "cp855", "cp857", "cp858",
        "cp860", "cp861", "cp862", "cp863", "cp864", "cp865", "cp866", "cp869", "cp874", "cp037", "cp500", "cp1026", "cp1140", "cp273", "cp875", "mac-roman",
    ];

    // All others are the same. Windows' tables, which .NET has, are what the senders used; Python has the consortium's.
    private static readonly (string Name, string First, string Last, string Why)[] Known =
    [
        ("gb2312", "a1a4", "a1a4", "the middle dot is U+00B7 in GBK"),
        ("gb2312", "a1aa", "a1aa", "the dash is U+2014 in GBK"),
        ("big5", "a145", "a3e1", "signs that Windows has as fullwidth or otherwise alike"),
        ("big5", "c6a1", "c8fe", "ETEN's signs: private in Windows"),
        ("euc-jp", "a1b1", "a1dd", "overline, tilde, parallel, minus: their fullwidth forms in Windows"),
        ("euc-jp", "a1f1", "a2cc", "cent, pound, not: their fullwidth forms in Windows"),
        ("iso-2022-jp", "1b244221311b2842", "1b2442224c1b2842", "as in euc-jp"),
        ("iso-8859-7", "a1", "aa", "Windows has the edition of 1987: no euro, other quotes"),
        ("iso-8859-8", "af", "fe", "Windows has the edition of 1988: overline, no direction marks"),
        ("koi8-u", "ae", "be", "Windows adds the Belarusian short U"),
        ("tis-620", "80", "97", "read as windows-874, which adds signs where TIS-620 has controls"),
        ("cp273", "bc", "bc", "macron and overline"),
        ("cp864", "25", "25", "the percent sign is Arabic in Python"),
        ("cp875", "3f", "fd", "octets without a character: Python has substitute"),
        ("mac-roman", "bd", "bd", "the ohm sign is a capital omega in Python"),
    ];

    [ToolFact("python3")]
    public async Task Every_octet_of_every_charset_that_both_know_is_the_same_character()
    {
        var samples = SingleByte.SelectMany(name => Enumerable.Range(0, 256).Select(octet => (Name: name, Octets: new[] { (byte)octet }))).ToList();
        await AssertSame(samples);
    }

    [ToolFact("python3")]
    public async Task Texts_of_many_octets_are_the_same_characters()
    {
        (string Name, string Text)[] texts =
        [
            ("utf-8", "é漢😀"), ("utf-16", "é漢😀"), ("utf-16le", "é漢😀"), ("utf-32", "é漢😀"), ("utf-7", "é漢😀+~"), ("shift_jis", "漢字かなカナ、。"), ("cp932", "漢字①髙ｱ"),
            ("euc-jp", "漢字かなカナｱ"), ("iso-2022-jp", "漢字abかなカナ\nx"), ("gb2312", "汉字，。"), ("gbk", "漢字汉"), ("gb18030", "漢字汉é😀한"), ("hz", "汉字ab~汉"),
            ("big5", "漢字，。"), ("euc-kr", "한글漢字"), ("cp949", "똠한글"), ("johab", "한글똠"), ("iso-2022-kr", "한글ab한"),
        ];
        var encoded = await Python<string[]>(
            "import sys, json\njson.dump([t.encode(n).hex() for n, t in json.load(sys.stdin)], sys.stdout)", texts.Select(pair => new[] { pair.Name, pair.Text }));
        var samples = texts.Zip(encoded, (pair, hex) => (pair.Name, Convert.FromHexString(hex))).ToList();
        Assert.All(texts.Zip(samples), pair => Assert.Equal(pair.First.Text, Charset.Decode(pair.Second.Item2, pair.First.Name).Text));
        // A byte order mark is for Decode alone.
        samples.RemoveAll(sample => sample.Name.StartsWith("utf-", StringComparison.Ordinal));
        // And every pair of octets in the rows of the standards.
        foreach (var (name, first, last) in ((string, int, int)[])[("euc-kr", 0xa1, 0xfe), ("gb2312", 0xa1, 0xf7), ("big5", 0xa1, 0xf9), ("euc-jp", 0xa1, 0xf4), ("gb18030", 0x81, 0xfe)])
        {
            for (var lead = first; lead <= last; lead++)
            {
                for (var trail = 0xa1; trail <= 0xfe; trail++)
                    samples.Add((name, [(byte)lead, (byte)trail]));
            }
        }
        for (var lead = 0x21; lead <= 0x74; lead++)
        {
            for (var trail = 0x21; trail <= 0x7e; trail++)
                samples.Add(("iso-2022-jp", [0x1b, (byte)'$', (byte)'B', (byte)lead, (byte)trail, 0x1b, (byte)'(', (byte)'B']));
        }
        await AssertSame(samples);
    }

    [ToolFact("python3")]
    public async Task Addresses_that_are_sane_are_read_the_same()
    {
        string[] fields =
        [
            "ada@example.test", "<ada@example.test>", "Ada Lovelace <ada@example.test>", "\"Lovelace, Ada\" <ada@example.test>, bob@example.test",
            "Ada L. Lovelace <a@x.test>", "\"a \\\"b\\\"\" <a@x.test>", "A Group: Chris <c@x.test>, joe@x.test; , d@x.test", "undisclosed-recipients:;",
            // Not here: white space between two encoded words, which RFC 2047 6.2 drops and Python 3.11 keeps in a phrase.
            "=?utf-8?Q?J=C3=BCrgen?= <j@x.test>", "=?iso-8859-1?Q?M=FCller?= Hans <m@x.test>",
            "\"a b\"@x.test", "a@[192.0.2.1]", "Ada (the Countess) <ada@x.test>", "ada+tag@sub.example.test", "<@one.test,@two.test:ada@example.test>",
            "=?iso-2022-jp?B?GyRCNEE7ehsoQg==?= <k@x.test>", "a@x.test, b@x.test,c@x.test",
        ];
        var theirs = await Python<string[][][]>(Addresses, fields);
        foreach (var (field, read) in fields.Zip(theirs))
        {
            var ours = AddressList.Parse(field).Where(entry => entry.Address.Length > 0).Select(entry => $"{entry.Name}|{entry.Address}");
            Assert.Equal(read.Select(pair => $"{pair[0]}|{pair[1]}"), ours);
        }
    }

    [ToolFact("python3")]
    public async Task Encoded_words_are_read_the_same()
    {
        List<string> fields = ["=?utf-8?Q?a?= =?utf-8?Q?b?=", "=?utf-8?Q?a?= b", "x =?koi8-r?B?8NLJ18XU?= y", "=?utf-8*en?Q?=C3=A9?=", "=?big5?B?un6mcg==?=", "=?euc-kr?B?x9Gx2w==?="];
        foreach (var (charset, text) in ((string, string)[])[("iso-2022-jp", "漢字かなカナ漢字かなカナ漢字かなカナ漢字かなカナ ab"), ("koi8-r", "Привет, мир"), ("gb18030", "汉字é😀汉字汉字汉字汉字汉字汉字汉字汉字"), ("utf-8", "Übergröße 😀 漢字 漢字漢字漢字漢字漢字漢字漢字漢字"), ("euc-kr", "한글 한글"), ("big5", "漢字")])
            fields.Add(string.Join(' ', EncodedWord.Encode(text, charset: charset)));
        var theirs = await Python<string[]>(Words, fields);
        Assert.Equal(theirs, fields.Select(field => EncodedWord.Decode(field).Text));
    }

    private static async Task AssertSame(List<(string Name, byte[] Octets)> samples)
    {
        var theirs = await Python<string?[]>(Decoder, samples.Select(sample => new[] { sample.Name, Convert.ToHexStringLower(sample.Octets) }));
        var different = new List<string>();
        for (var i = 0; i < samples.Count; i++)
        {
            var ours = (Charset.Find(samples[i].Name) ?? throw new InvalidOperationException(samples[i].Name)).GetString(samples[i].Octets);
            var (name, hex) = (samples[i].Name, Convert.ToHexStringLower(samples[i].Octets));
            if (theirs[i] is { } their && their != ours && !Known.Any(known => known.Name == name && string.CompareOrdinal(known.First, hex) <= 0 && string.CompareOrdinal(hex, known.Last) <= 0))
                different.Add($"{name} {hex}: {string.Join(' ', their.Select(c => $"{(int)c:x4}"))} / {string.Join(' ', ours.Select(c => $"{(int)c:x4}"))}");
        }
        Assert.True(different.Count == 0, $"{different.Count}: " + string.Join('\n', different));
    }

    private static async Task<T> Python<T>(string program, object input)
    {
        var start = new ProcessStartInfo(Tool.PathOf("python3")) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(program);
        using var python = Process.Start(start)!;
        await JsonSerializer.SerializeAsync(python.StandardInput.BaseStream, input);
        python.StandardInput.Close();
        var complaint = python.StandardError.ReadToEndAsync();
        var answer = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.True(python.ExitCode == 0, await complaint);
        return JsonSerializer.Deserialize<T>(answer)!;
    }
}
