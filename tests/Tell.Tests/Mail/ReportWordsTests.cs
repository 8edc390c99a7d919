using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class ReportWordsTests
{
    // Sisimai and others look for them (facts: lotus 7.1).
    [Fact]
    public void The_lines_that_programs_look_for_stay_in_the_English_words()
    {
        Assert.Equal("Undeliverable message", ReportWords.English.Subject(ReportKind.Failure, "x").Text);
        Assert.Equal(["------- Failure Reasons  --------"], ReportWords.English.Fill("heading.failure"));
        Assert.Equal(["------- Returned Message --------"], ReportWords.English.Fill("heading.returned"));
    }

    [Fact]
    public void Every_language_says_everything_in_a_charset_that_holds_it()
    {
        Assert.Equal(["de", "en", "es", "fr", "ja"], ReportWords.BuiltIn.Keys.Order());
        foreach (var words in ReportWords.BuiltIn.Values)
        {
            foreach (var (name, lines) in ReportWords.English.Texts)
            {
                Assert.True(words.Texts.ContainsKey(name), $"{words.Language} has no {name}");
                Assert.True(words.Language == "en" || name is "closing.failure" || !words.Texts[name].SequenceEqual(lines), $"{words.Language} says {name} in English");
            }
            var text = string.Concat(words.Texts.Values.SelectMany(lines => lines));
            Assert.Equal((words.Charset ?? "us-ascii", "en"), (Charset.Narrowest(text, words.Charset).Charset, "en"));
        }
    }

    [Fact]
    public void Every_status_has_words_in_every_language()
    {
        foreach (var words in ReportWords.BuiltIn.Values)
        {
            foreach (var action in Enum.GetValues<DeliveryAction>())
            {
                for (var code = 0; code < 9 * 30; code++)
                {
                    words.Reason(new RecipientReport(Mailbox.Parse("a@x.test"), action, new EnhancedStatus(5, code / 30, code % 30)), out var reason);
                    Assert.NotEmpty(reason);
                    Assert.DoesNotContain('{', reason);
                }
            }
        }
        Assert.Equal("Message has exceeded maximum hop count", Reason(new EnhancedStatus(5, 4, 6)));
        Assert.Equal("No route found to domain x.test", Reason(new EnhancedStatus(5, 1, 2)));
        Assert.Equal("The message could not be delivered", Reason(default));
    }

    [Fact]
    public void A_line_with_a_placeholder_that_has_no_value_is_left_out_and_values_are_not_read_again()
    {
        var words = ReportWordsReader.Read("en", "[introduction]\nfailure = a {{host}\n| {subject}\n|\n| {host} b\n", ReportWords.English, out var fault)!;
        Assert.Null(fault);
        Assert.Equal(["a {host}", "", "{subject}\u001b b".Replace('\u001b', ' ')], words.Fill("introduction.failure", ("subject", null), ("host", "{subject}\u001b")));
    }

    [Fact]
    public void No_text_makes_the_reader_fail()
    {
        foreach (var text in Fuzz.Texts(3, 3000, "[subjectreasonflai]=|{}; .*\n1", 300))
        {
            var words = ReportWordsReader.Read("xx", text, ReportWords.English, out var fault);
            Assert.Equal(words is null, fault is not null);
            if (words is null)
                Assert.InRange(fault!.Value.Line, 1, 1 + text.Length);
            else
                Assert.NotEmpty(words.Subject(ReportKind.Failure, "x").Text);
        }
        Assert.Null(ReportWordsReader.Read("xx", new string('\n', ReportWordsReader.MaxLength + 1), null, out var tooLong));
        Assert.Contains("longer than", tooLong!.Value.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("de-AT, en;q=0.5, fr;q=0.8", "de-AT fr en")]
    [InlineData("(my) de (mother) , *;q=0.1, en;q=0", "de")]
    [InlineData("e\u00e9, toolongtag9, de--at, -de, ,;,;q=1", "")]
    [InlineData("de;q=2, en;q=x, fr; level=1;Q = 0.3", "fr")]
    public void Languages_are_read_as_headers_write_them(string field, string tags) => Assert.Equal(tags, string.Join(' ', LanguageTags.Parse(field)));

    [Fact]
    public void A_field_of_languages_is_read_to_a_bound()
    {
        Assert.Equal(20, LanguageTags.Parse(string.Join(',', Enumerable.Repeat("de", 100_000))).Count);
        Assert.Equal(["zh-Hant-TW", "zh-Hant", "zh"], LanguageTags.Lookup("zh-Hant-TW"));
        foreach (var text in Fuzz.Texts(4, 3000, "de-,;q=0.1()* ", 100))
            Assert.All(LanguageTags.Parse(text), tag => Assert.True(LanguageTags.IsTag(tag)));
    }

    private static string Reason(EnhancedStatus status)
    {
        ReportWords.English.Reason(new RecipientReport(Mailbox.Parse("a@x.test"), DeliveryAction.Failed, status), out var reason);
        return reason;
    }
}
