using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class HeaderBlockTests
{
    private static HeaderBlock Read(string message) => HeaderBlock.Read(Encoding.Latin1.GetBytes(message).AsMemory());

    private static string Show(HeaderBlock header) => string.Join('|', header.Fields.Select(field => field.ToString()));

    [Theory]
    [InlineData("A: 1\r\nB: 2\r\n\r\nbody", "A: 1|B: 2", 14, true)]
    [InlineData("A: 1\nB: 2\n\nbody", "A: 1|B: 2", 11, true)]
    [InlineData("A:\r\n\r\n", "A: ", 6, true)]
    [InlineData("A: 1\r\n two\r\n\tthree\r\n\r\nx", "A: 1 two\tthree", 22, true)]
    [InlineData("A : 1\r\n\r\n", "A: 1", 9, true)]
    [InlineData("A: 1\r\n \r\n two\r\n\r\n", "A: 1  two", 17, true)]
    [InlineData("A: 1\r\nno field here\r\nB: 2\r\n", "A: 1", 6, true)]
    [InlineData("A: 1\r\n: 2\r\n", "A: 1", 6, true)]
    [InlineData(" A: 1\r\n", "", 0, true)]
    [InlineData("\r\nbody", "", 2, true)]
    [InlineData("", "", 0, false)]
    [InlineData("A: 1", "A: 1", 4, false)]
    [InlineData("A: 1\r\n", "A: 1", 6, false)]
    [InlineData("A: 1\r\n\r", "A: 1", 6, false)]
    [InlineData("A: 1\r\nB", "A: 1", 6, false)]
    [InlineData("A: \xe9\r\n\r\n", "A: é", 8, true)]
    [InlineData("A: \xc3\xa9\r\n\r\n", "A: é", 9, true)]
    [InlineData("A: \x93\xe9\x94\r\n\r\n", "A: “é”", 10, true)]
    [InlineData("A: \x1b$B$3$s\x1b(B\r\n\r\n", "A: こん", 17, true)]
    [InlineData("A: \x1b[31m\r\n\r\n", "A: \x1b[31m", 12, true)]
    [InlineData("A: 1\0\r2\r\n\r\n", "A: 1 2", 11, true)]
    public void A_header_is_read_however_it_is_written(string message, string fields, int bodyStart, bool complete)
    {
        var header = Read(message);
        Assert.Equal((fields, bodyStart, complete), (Show(header), header.BodyStart, header.IsComplete));
        var copied = HeaderBlock.Read(Encoding.Latin1.GetBytes(message).AsSpan());
        Assert.Equal((fields, bodyStart, complete), (Show(copied), copied.BodyStart, copied.IsComplete));
    }

    [Fact]
    public void Fields_are_found_and_counted_in_any_case()
    {
        var header = Read("Received: 1\r\nreceived: 2\r\nSubject: x\r\nRECEIVED : 3\r\nReceived-SPF: no\r\n\r\nReceived: 4\r\n");
        Assert.Equal(3, header.Count("received"));
        Assert.Equal(3, HeaderReader.Count(Encoding.ASCII.GetBytes("Received: 1\r\nreceived: 2\r\nRECEIVED : 3\r\n\r\nReceived: 4"), "Received"u8));
        Assert.Equal("x", header.Find("SUBJECT")!.Value.Text.Text);
        Assert.Null(header.Find("To"));
    }

    [Fact]
    public void The_raw_value_keeps_every_octet()
    {
        var field = Read("X:  a\r\n\tb \xff \r\nY: 2\r\n\r\n").Fields[0];
        Assert.Equal("  a\r\n\tb \xff ", Encoding.Latin1.GetString(field.RawValue.Span));
        Assert.Equal("X:  a\r\n\tb \xff \r\n", Encoding.Latin1.GetString(field.Raw.Span));
    }

    [Fact]
    public void Reading_stops_at_its_limits_and_says_so()
    {
        var message = Encoding.ASCII.GetBytes("A: 1\r\nB: " + new string('x', 100) + "\r\n\r\nbody");
        var cut = HeaderBlock.Read(message.AsMemory(), maxOctets: 50);
        Assert.Equal(("A: 1", 6, false), (Show(cut), cut.BodyStart, cut.IsComplete));
        var many = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("A:\n", HeaderBlock.MaxFields + 5)));
        var header = HeaderBlock.Read(many.AsMemory());
        Assert.Equal((HeaderBlock.MaxFields, false), (header.Fields.Length, header.IsComplete));
    }

    [Fact]
    public void No_octets_make_it_throw_and_its_pieces_are_the_message()
    {
        foreach (var octets in Fuzz.Octets(seed: 2, count: 30_000, alphabet: "Ab: \t\r\n\r\n", maxLength: 60))
        {
            var header = HeaderBlock.Read(octets.AsMemory());
            var fields = header.Fields.SelectMany(field => field.Raw.ToArray()).ToArray();
            Assert.True(octets.AsSpan().StartsWith(fields));
            // Between the last field and the body stands the empty line or nothing.
            Assert.True(header.BodyStart - fields.Length is >= 0 and <= 2);
            Assert.All(header.Fields, field =>
            {
                Assert.True(field.Name.Length > 0);
                Assert.DoesNotContain(field.Text.Text, c => c is '\r' or '\n' or '\0');
            });
            Assert.Equal(Show(header), Show(HeaderBlock.Read(octets.AsSpan())));
        }
    }

    [Theory]
    [InlineData("A: b\r\n")]
    [InlineData(" \r\n")]
    [InlineData("A")]
    [InlineData(":")]
    [InlineData("A \t")]
    [InlineData("\r")]
    [InlineData("x\r\n ")]
    public void Its_work_grows_with_the_octets_and_no_faster(string piece) =>
        Assert.True(Fuzz.IsLinear(size =>
        {
            var octets = Encoding.ASCII.GetBytes("S:" + string.Concat(Enumerable.Repeat(piece, size / piece.Length)));
            return () =>
            {
                foreach (var field in HeaderBlock.Read(octets.AsMemory()).Fields)
                    _ = field.Text;
            };
        }));
}
