using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Tell.Smtp.Network;
using Tell.Smtp.Tls;

namespace Tell.Mta.Routing.Dns;

/// <summary>
/// A stub resolver (RFC 1034 5.3.1) for what mail needs: mail exchangers, addresses, texts and TLSA records, through recursive servers. Answers are kept as long as
/// their TTL says, negative ones too (RFC 2308); equal questions at the same time are asked once. Safe for concurrent use.
/// </summary>
public sealed class Resolver : IAsyncDisposable
{
    // RFC 1034 3.6.2 wants chains short; the field has some of three or four.
    private const int LongestChain = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, DnsType Type), Lazy<Task<Lookup>>> _asking = [];
    private readonly CancellationTokenSource _life = new();
    private readonly SemaphoreSlim _turns;
    private readonly AnswerCache _cache;
    private readonly NameServers _servers;
    private readonly ResolverOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;

    /// <summary>A resolver that asks these servers, in their order until one of them proves better.</summary>
    public Resolver(INetwork network, TimeProvider time, Random random, IReadOnlyList<IPEndPoint> servers, ResolverOptions? options = null)
    {
        (_time, _random, _options) = (time, random, options ?? new ResolverOptions());
        _turns = new SemaphoreSlim(_options.Concurrency);
        _cache = new AnswerCache(_options.CacheEntries);
        _servers = new NameServers(network, time, Draw, servers, _options);
    }

    /// <summary>
    /// The MX records of a domain, in the order of the answer. A null MX (RFC 7505) is in it as it is: one record of preference 0 with host ".".
    /// </summary>
    public async ValueTask<DnsAnswer<MxRecord>> MailExchangersAsync(string domain, CancellationToken cancellation)
    {
        var lookup = await LookupAsync(domain, DnsType.Mx, cancellation);
        return Answer(lookup, record => new MxRecord((int)record.Number, record.Host!));
    }

    /// <summary>The TXT records of a name, each as one text, its strings put together; octets beyond ASCII as ISO 8859-1.</summary>
    public async ValueTask<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellation)
    {
        var lookup = await LookupAsync(name, DnsType.Txt, cancellation);
        return Answer(lookup, record => Encoding.Latin1.GetString(record.Data!));
    }

    /// <summary>The TLSA records (RFC 6698) of a name such as "_25._tcp.mx.example.test"; asked for with DO.</summary>
    public async ValueTask<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancellation)
    {
        var lookup = await LookupAsync(name, DnsType.Tlsa, cancellation);
        return Answer(lookup, record => new TlsaRecord(record.Data![0], record.Data[1], record.Data[2], record.Data.AsMemory(3)));
    }

    /// <summary>
    /// The IPv4 and then the IPv6 addresses of a host, asked for together. Found where either has some; failed where none was found and
    /// either question failed. Secure where all that were found are.
    /// </summary>
    public async ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation)
    {
        var asking = LookupAsync(host, DnsType.Aaaa, cancellation).AsTask();
        var four = await LookupAsync(host, DnsType.A, cancellation);
        var six = await asking;
        ImmutableArray<IPAddress> addresses = [.. four.Records.Concat(six.Records).Select(record => record.Address!)];
        var expires = four.Expires < six.Expires ? four.Expires : six.Expires;
        if (!addresses.IsEmpty)
            return new(DnsStatus.Found, addresses, Count(addresses.Length), expires)
            {
                Secure = _options.TrustAd && (four.Authentic || four.Records.IsEmpty) && (six.Authentic || six.Records.IsEmpty),
                Name = four.Records.IsEmpty ? six.Name : four.Name,
            };
        if (four.Status == DnsStatus.Failed || six.Status == four.Status)
            return new(four.Status, [], four.Text, expires);
        // Servers that say of one type that there is no such name, where there is one, are known (RFC 4074 4.2).
        return six.Status == DnsStatus.Failed ? new(six.Status, [], six.Text, expires) : new(DnsStatus.NoData, [], "no addresses", expires);
    }

    /// <summary>Gives up what is still being asked; lookups that wait are cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<Lookup>[] asking;
        lock (_gate)
            asking = [.. _asking.Values.Select(question => question.Value)];
        _life.Cancel();
        foreach (var question in asking)
        {
            try
            {
                await question;
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    private DnsAnswer<T> Answer<T>(Lookup lookup, Func<DnsRecord, T> read) => new(lookup.Status, [.. lookup.Records.Select(read)], lookup.Text, lookup.Expires)
    {
        Secure = _options.TrustAd && lookup.Authentic,
        Name = lookup.Name,
    };

    private async ValueTask<Lookup> LookupAsync(string name, DnsType type, CancellationToken cancellation)
    {
        var key = (Name: DnsName.Normal(name), type);
        if (!DnsName.CanBeAsked(key.Name))
            return new Lookup(DnsStatus.NoDomain, [], "not a domain name", _time.GetUtcNow());
        Lazy<Task<Lookup>>? asking;
        lock (_gate)
        {
            if (_cache.Find(key, _time.GetUtcNow()) is { } kept)
                return kept;
            if (!_asking.TryGetValue(key, out asking))
            {
                // One waiter that gives up must not take the answer from the others: the question lives as long as the resolver.
                asking = new Lazy<Task<Lookup>>(() => ResolveAsync(key.Name, type));
                _asking.Add(key, asking);
            }
        }
        return await asking.Value.WaitAsync(cancellation);
    }

    private async Task<Lookup> ResolveAsync(string name, DnsType type)
    {
        // Without the token: what waits for its turn gets it soon, since those before it end with the resolver.
        await _turns.WaitAsync(CancellationToken.None);
        try
        {
            var lookup = await FollowAsync(name, type);
            lock (_gate)
            {
                if (lookup.Expires > _time.GetUtcNow())
                    _cache.Keep((name, type), lookup);
            }
            return lookup;
        }
        finally
        {
            _turns.Release();
            lock (_gate)
                _asking.Remove((name, type));
        }
    }

    private async ValueTask<Lookup> FollowAsync(string name, DnsType type)
    {
        var (ttl, authentic) = (uint.MaxValue, true);
        for (var links = 0; links <= LongestChain;)
        {
            var (message, text) = await _servers.AskAsync(name, type, _life.Token);
            if (message is null)
                return Failed(text);
            authentic &= message.IsAuthentic;
            var asked = name;
            while (message.Answers.Find(record => record.Type == DnsType.Cname && record.Name == name) is { } alias
                && !message.Answers.Exists(record => record.Type == type && record.Name == name) && links++ < LongestChain)
                (name, ttl) = (alias.Host!, Math.Min(ttl, alias.Ttl));
            if (links > LongestChain)
                break;
            ImmutableArray<DnsRecord> found = [.. message.Answers.Where(record => record.Type == type && record.Name == name)];
            if (!found.IsEmpty)
                return new Lookup(DnsStatus.Found, found, Count(found.Length), Until(Math.Min(ttl, found.Min(record => record.Ttl)), _options.LongestTtl)) { Authentic = authentic, Name = name };
            // The rest of a chain that the server did not follow is asked for.
            if (name == asked || message.Code == DnsCode.NxDomain || message.Soa is not null)
                return Nothing(message, type, ttl) with { Authentic = authentic, Name = name };
            if (!DnsName.CanBeAsked(name))
                return Failed($"an alias leads to \"{name}\", which is no domain name");
        }
        return Failed($"a chain of more than {LongestChain} aliases");
    }

    private Lookup Failed(string text) => new(DnsStatus.Failed, [], text, _time.GetUtcNow() + _options.FailureTtl);

    // RFC 2308 5: kept for the minimum of the SOA or its TTL; without a SOA not at all.
    private Lookup Nothing(DnsMessage message, DnsType type, uint ttl)
    {
        var expires = message.Soa is { } soa ? Until(Math.Min(ttl, Math.Min(soa.Ttl, soa.Number)), _options.LongestNegativeTtl) : _time.GetUtcNow();
        return message.Code == DnsCode.NxDomain
            ? new Lookup(DnsStatus.NoDomain, [], "no such domain", expires)
            : new Lookup(DnsStatus.NoData, [], type switch
            {
                DnsType.Mx => "no MX records",
                DnsType.Txt => "no TXT records",
                DnsType.Tlsa => "no TLSA records",
                _ => "no addresses",
            }, expires);
    }

    private DateTimeOffset Until(uint ttl, TimeSpan longest)
    {
        var kept = TimeSpan.FromSeconds(ttl);
        kept = kept < _options.ShortestTtl ? _options.ShortestTtl : kept;
        return _time.GetUtcNow() + (kept > longest ? longest : kept);
    }

    private static string Count(int records) => string.Create(CultureInfo.InvariantCulture, $"{records} record{(records == 1 ? "" : "s")}");

    private int Draw(int below)
    {
        lock (_random)
            return _random.Next(below);
    }
}
