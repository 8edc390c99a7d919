using System.Globalization;
using System.Text.Json;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;

namespace Tell.Mta.Pickup;

/// <summary>
/// Reads a Memo from JSON, strictly: what it does not know is a problem, so that a slip of the pen is not sent without what it meant. Every problem names its
/// line and field. Walks the octets without building a tree; depth is bounded. Nothing in it can name a file of this machine.
/// </summary>
internal ref struct PickupJson
{
    // An object in a list in an object: deeper is no Memo.
    internal const int Deepest = 8;
    private const int MostProblems = 20;

    /// <summary>What is said of a file that holds nothing.</summary>
    internal const string Empty = "line 1: the file is empty: write it under another name and rename it when it is whole";

    private static readonly string[]
        Fields = ["from", "to", "cc", "bcc", "subject", "body", "html", "replyTo", "inReplyTo", "references", "importance", "priority", "returnReceipt", "deliveryReport", "principal", "files"],
        FileFields = ["name", "type", "base64", "contentId"];

    private readonly ReadOnlySpan<byte> _octets;
    private readonly List<string> _problems = [];
    private readonly PickupMemo _memo = new();
    private Utf8JsonReader _reader;
    private int _lineAt, _line = 1;

    private PickupJson(ReadOnlySpan<byte> octets)
    {
        _octets = octets;
        _reader = new Utf8JsonReader(octets, new JsonReaderOptions { MaxDepth = Deepest, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
    }

    /// <summary>The Memo, or what is wrong with the file.</summary>
    public static (PickupMemo? Memo, IReadOnlyList<string> Problems) Read(ReadOnlySpan<byte> octets)
    {
        var json = new PickupJson(octets.StartsWith("\uFEFF"u8) ? octets[3..] : octets);
        try
        {
            json.ReadMemo();
        }
        catch (JsonException fault)
        {
            json.Add(JsonFault.Say(json._octets, json._reader.TokenType, json._reader.CurrentDepth, fault));
        }
        return (json._problems.Count == 0 ? json._memo : null, json._problems);
    }

    private void ReadMemo()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
        {
            Problem("expected a Memo: an object such as {\"from\": \"ada@example.test\", \"to\": [\"ben@example.test\"], \"subject\": \"...\", \"body\": \"...\"}");
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (_problems.Count < MostProblems && _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Field(Fields, seen) is { } field)
                ReadField(field);
        }
        if (_problems.Count >= MostProblems)
            return;
        if (_reader.Read())
            Problem("something follows the Memo: one file, one Memo");
        if (!seen.Contains("from"))
            _problems.Add("field \"from\" is missing: the author, an address or a name of the address book");
        if (_problems.Count == 0 && _memo.To.Count + _memo.Cc.Count + _memo.Bcc.Count == 0)
            _problems.Add("there is no recipient: \"to\", \"cc\" or \"bcc\"");
    }

    private void ReadField(string field)
    {
        switch (field)
        {
            case "from":
                _memo.From = OneLine(field);
                break;
            case "principal":
                _memo.Principal = OneLine(field);
                break;
            case "to":
                Lines(field, _memo.To);
                break;
            case "cc":
                Lines(field, _memo.Cc);
                break;
            case "bcc":
                Lines(field, _memo.Bcc);
                break;
            case "replyTo":
                Lines(field, _memo.ReplyTo);
                break;
            case "subject":
                _memo.Subject = Line.Clean(OneLine(field));
                break;
            case "body":
                _memo.Body = Text(field);
                break;
            case "html":
                _memo.Html = Text(field);
                break;
            case "inReplyTo":
                _memo.InReplyTo = Id(field, OneLine(field));
                break;
            case "references":
                ReadReferences(field);
                break;
            case "importance":
                _memo.Importance = Choice<Importance>(field);
                break;
            case "priority":
                _memo.Priority = Choice<Priority>(field);
                break;
            case "deliveryReport":
                _memo.DeliveryReport = Choice<DeliveryReport>(field);
                break;
            case "returnReceipt":
                _reader.Read();
                if (_reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    Problem(field, "expected true or false");
                _memo.ReturnReceipt = _reader.TokenType == JsonTokenType.True;
                _reader.Skip();
                break;
            default:
                ReadFiles(field);
                break;
        }
    }

    private void ReadReferences(string field)
    {
        var texts = new List<string>();
        Lines(field, texts);
        foreach (var word in texts.SelectMany(text => text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)))
            _memo.References.Add(Id(field, word));
    }

    private void ReadFiles(string field)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            Problem(field, "expected a list of files, each {\"name\": \"...\", \"base64\": \"...\"}");
            _reader.Skip();
            return;
        }
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType == JsonTokenType.StartObject)
            {
                ReadFile(field);
                continue;
            }
            Problem(field, "expected a file, {\"name\": \"...\", \"base64\": \"...\"}");
            _reader.Skip();
        }
    }

    private void ReadFile(string field)
    {
        var line = LineNow();
        string? name = null, type = null, contentId = null;
        byte[]? octets = null;
        var before = _problems.Count;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            switch (Field(FileFields, seen))
            {
                case "name":
                    name = OneLine("name");
                    break;
                case "type":
                    type = OneLine("type");
                    break;
                case "contentId":
                    contentId = OneLine("contentId").Trim('<', '>');
                    break;
                case "base64":
                    _reader.Read();
                    if (_reader.TokenType != JsonTokenType.String || !_reader.TryGetBytesFromBase64(out octets))
                        Problem("base64", "expected the octets of the file in base64");
                    _reader.Skip();
                    break;
            }
        }
        if (_problems.Count > before)
            return;
        var place = string.Create(CultureInfo.InvariantCulture, $"line {line}: field \"{field}\":");
        if (string.IsNullOrWhiteSpace(name))
            Add($"{place} a file needs a \"name\"");
        else if (octets is null)
            Add($"{place} the file needs its octets in \"base64\"");
        else if (type is not null && !type.Equals(Attachment.Of(name, type).ContentType, StringComparison.OrdinalIgnoreCase) && type != "application/octet-stream")
            Add($"{place} \"{type}\" is no media type: expected one such as \"application/pdf\", or none");
        else if (contentId is not null && !new Attachment(Line.Clean(name)) { ContentId = contentId }.IsInline)
            Add($"{place} \"{contentId}\" cannot be a Content-ID: expected one such as \"logo@example.test\"");
        else
            _memo.Files.Add(new DraftFile(name, type ?? "application/octet-stream", octets) { ContentId = contentId });
    }

    // The field that a name means; null, with its value skipped, where it means none.
    private string? Field(string[] known, HashSet<string> seen)
    {
        var name = Name();
        var field = known.FirstOrDefault(one => one.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (field is not null && seen.Add(field))
            return field;
        if (field is not null)
            Problem(field, "it is there twice");
        else if (known == FileFields && name.Equals("path", StringComparison.OrdinalIgnoreCase))
            Problem("path", "a file of this machine cannot be named: its octets stand in \"base64\"");
        else
            Problem(name, $"there is no such field; {(Spelling.Nearest(name, known, 1) is [var near] ? $"did you mean \"{near}\"?" : $"there are {string.Join(", ", known)}")}");
        _reader.Skip();
        return null;
    }

    private string Name()
    {
        try
        {
            return Line.Clean(_reader.GetString() ?? "").Text;
        }
        catch (InvalidOperationException)
        {
            return "?";
        }
    }

    private string OneLine(string field)
    {
        var text = Text(field) ?? "";
        if (Line.TryCreate(text, out _))
            return text;
        Problem(field, "it is one line: it holds CR, LF or NUL");
        return "";
    }

    private void Lines(string field, List<string> to)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            Take(field, to);
            return;
        }
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            Take(field, to);
    }

    private void Take(string field, List<string> to)
    {
        var before = _problems.Count;
        var text = Current(field, "a text or a list of texts");
        if (text is not null && !Line.TryCreate(text, out _))
            Problem(field, "each is one line: one holds CR, LF or NUL");
        else if (_problems.Count == before && string.IsNullOrWhiteSpace(text))
            Problem(field, "one of them is empty");
        else if (_problems.Count == before)
            to.Add(text!.Trim());
    }

    private string? Text(string field)
    {
        _reader.Read();
        return Current(field, "a text");
    }

    private string? Current(string field, string expected)
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            Problem(field, $"expected {expected}");
            _reader.Skip();
            return null;
        }
        try
        {
            return _reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or octets that are not UTF-8: no text can hold them.
            Problem(field, "it is not valid UTF-8 text");
            return null;
        }
    }

    private T Choice<T>(string field)
        where T : struct, Enum
    {
        var before = _problems.Count;
        var word = OneLine(field);
        if (Enum.GetNames<T>().FirstOrDefault(name => name.Equals(word, StringComparison.OrdinalIgnoreCase)) is { } known)
            return Enum.Parse<T>(known);
        if (_problems.Count == before)
            Problem(field, $"expected one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}");
        return default;
    }

    private MessageId Id(string field, string text)
    {
        text = text.Trim();
        if (text.Length > 0 && text[0] != '<')
            text = $"<{text}>";
        if (MessageId.TryParse(text, out var id) && id.Value == text)
            return id;
        Problem(field, "expected a message id such as \"<1234@example.test>\"");
        return default;
    }

    private void Problem(string field, string what) => Add(string.Create(CultureInfo.InvariantCulture, $"line {LineNow()}: field \"{field}\": {what}"));

    private void Problem(string what) => Add(string.Create(CultureInfo.InvariantCulture, $"line {LineNow()}: {what}"));

    private readonly void Add(string problem)
    {
        if (_problems.Count < MostProblems)
            _problems.Add(problem.Length <= 500 ? problem : problem[..500] + "...");
    }

    // Each octet is looked at once, however many problems there are.
    private int LineNow()
    {
        var to = (int)Math.Min(_reader.TokenStartIndex, _octets.Length);
        if (to > _lineAt)
        {
            _line += _octets[_lineAt..to].Count((byte)'\n');
            _lineAt = to;
        }
        return _line;
    }
}
