using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>RTF as people read it.</summary>
public sealed class RtfTextTests
{
    [Theory]
    [InlineData(@"{\rtf1\ansi\ansicpg1252\pard hello world}", "hello world")]
    [InlineData(@"{\rtf1 one\par two\line three\tab four}", "one\ntwo\nthree\tfour")]
    [InlineData(@"{\rtf1{\fonttbl{\f0\fnil Arial;}}{\colortbl;\red0\green0\blue0;}{\*\generator X;}{\info{\title no}}text}", "text")]
    [InlineData(@"{\rtf1\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2}", "Привет")]
    [InlineData(@"{\rtf1{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}{\f2\fcharset128 C;}}\f0 \'fc{\f1 \'cf}\'fc\f2 \'82\'b1\plain \'fc}", "üПüこü")]
    [InlineData(@"{\rtf1 \u8364?\u-10179?\u-8704?}", "€\U0001f600")]
    [InlineData(@"{\rtf1\uc2\u8364 ab{\uc0\u8364}c\u8364\'80\'80d}", "€€c€d")]
    [InlineData(@"{\rtf1 \{a\}\\b\~c\_d\-e}", "{a}\\b\u00a0c\u2011de")]
    [InlineData(@"{\rtf1{\pict 0102}\bin3 }{}x}", "x")]
    [InlineData(@"{\rtf1\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Text\htmlrtf\par}\htmlrtf0 {\*\htmltag72 </p>}\par}", "Text\n")]
    [InlineData(@"{\rtf1\ldblquote a\rdblquote\emdash b}", "“a”—b")]
    [InlineData("", "")]
    [InlineData("}}}{{{x", "x")]
    [InlineData("\\", "")]
    [InlineData("\\'", "")]
    [InlineData("\\bin99999999999 x", "x")]
    [InlineData("\\bin2147483647 x", "")]
    public void It_is_read(string rtf, string text) => Assert.Equal(text, RtfText.ToPlain(rtf));

    [Fact]
    public void No_characters_make_it_throw_or_swell()
    {
        foreach (var rtf in Fuzz.Texts(seed: 91, count: 50_000, alphabet: @"{}\\\\'*u1f8 abc-;\par \fcharset", maxLength: 200))
            Assert.InRange(RtfText.ToPlain(rtf).Length, 0, rtf.Length);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("\\par ")]
    [InlineData("\\u8364?")]
    [InlineData("{\\fonttbl{\\f1\\fcharset204 x;}}\\f1 \\'cf\\plain a")]
    public void Its_work_grows_with_the_characters_and_no_faster(string piece) =>
        Assert.True(Fuzz.IsLinear(size =>
        {
            var rtf = string.Concat(Enumerable.Repeat(piece, size / piece.Length));
            return () => RtfText.ToPlain(rtf);
        }));
}
