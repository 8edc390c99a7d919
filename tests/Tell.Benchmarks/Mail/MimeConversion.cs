using System.Globalization;
using System.Text;

namespace Tell.Benchmarks.Mail;

/// <summary>
/// How fast messages become text, HTML and files, or items, and Memos messages, and how fast Python's <c>email</c> does it: BytesParser with the default policy, get_body,
/// iter_attachments and get_content; an EmailMessage and as_bytes. Usage: <c>mime-conversion [rounds]</c>.
/// </summary>
public static class MimeConversion
{
    private const string Timing = """
        import sys, time
        from email.message import EmailMessage
        from email.parser import BytesParser
        from email.policy import default, SMTP
        def measure(work, octets):
            count = max(5, 3000000 // octets)
            times = []
            for _ in range(int(sys.argv[1])):
                start = time.process_time()
                for _ in range(count):
                    n = work()
                times.append((time.process_time() - start) / count)
            print(n, sorted(times)[len(times) // 2] * 1e6)

        """;

    private const string Reading = Timing + """
        def read(octets):
            message = BytesParser(policy=default).parsebytes(octets)
            n = 0
            for kind in ('plain', 'html'):
                body = message.get_body((kind,))
                if body is not None:
                    n += len(body.get_content())
            for part in message.iter_attachments():
                part.get_filename()
                n += len(part.get_content())
            return n
        for path in sys.argv[2:]:
            octets = open(path, 'rb').read()
            measure(lambda: read(octets), len(octets))
        """;

    private const string Writing = Timing + """
        text, html, file = [open(path, 'rb').read() for path in sys.argv[2:]]
        text, html = text.decode(), html.decode()
        def write(attached):
            message = EmailMessage(policy=SMTP)
            message['From'] = 'ada@tell.test'
            message['To'] = 'grace@sink.test'
            message['Subject'] = 'Gr\u00fc\u00dfe und Bernoulli numbers'
            message['Date'] = 'Sun, 22 Nov 2026 09:00:00 +0000'
            message['Message-ID'] = '<00D100CF@mx.tell.test>'
            message.set_content(text)
            message.add_alternative(html, subtype='html')
            if attached:
                message.add_attachment(file, maintype='application', subtype='pdf', filename='r\u00e9port.pdf')
            return len(message.as_bytes())
        for attached in (False, True):
            measure(lambda: write(attached), write(attached))
        """;

    /// <summary>Runs it and prints the table: medians of the rounds. The octets are those of the message that is read or written.</summary>
    public static int Run(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9;
        var work = new ConversionBenchmarks();
        var (small, large) = (SampleMessages.Small(), SampleMessages.Large());
        var read = BesidePython.Run(Reading, [small, large], rounds);
        var written = BesidePython.Run(Writing, [Encoding.UTF8.GetBytes(work.Text), Encoding.UTF8.GetBytes(work.Html), work.File], rounds);
        (string Name, int Octets, Action Work, double? Python)[] rows =
        [
            ("4 KB to text", small.Length, () => work.Understand4KB(), read?[0]),
            ("200 KB to text, HTML, file", large.Length, () => work.Understand200KB(), read?[1]),
            ("4 KB to items", small.Length, () => work.Itemize4KB(), read?[0]),
            ("200 KB to items", large.Length, () => work.Itemize200KB(), read?[1]),
            ("Memo, text and HTML", work.WriteMemo(), () => work.WriteMemo(), written?[0]),
            ("Memo with a file of 200 KB", work.WriteMemoWithFile(), () => work.WriteMemoWithFile(), written?[1]),
        ];
        Console.WriteLine(BesidePython.Head);
        foreach (var (name, octets, action, python) in rows)
            Console.WriteLine(BesidePython.Line(name, octets, action, python, rounds));
        return 0;
    }
}
