using System.Collections.Immutable;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Mta.Routing.Dns;
using Tell.Mta.Web;
using Tell.Smtp.Network;

namespace Tell.Tests.Web;

/// <summary>Real HTTPS over loopback, under a root of our own.</summary>
public sealed class HttpsClientTests : IAsyncLifetime
{
    private const string Host = "mta-sts.one.test";

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly List<string> _asked = [];
    private X509Certificate2 _certificate = null!;
    private WebApplication _server = null!;
    private RequestDelegate _answer = http => http.Response.WriteAsync("hello");
    private int _port;

    public HttpsClientTests()
    {
        var request = new CertificateRequest("CN=Test Root", _rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-9), TimeProvider.System.GetUtcNow().AddDays(2));
        _certificate = Issue(Host, TimeProvider.System.GetUtcNow().AddDays(1));
    }

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => _certificate)));
        _server = builder.Build();
        _server.Run(http => _answer(http));
        await _server.StartAsync();
        _port = new Uri(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _rootKey.Dispose();
    }

    [Fact]
    public async Task A_page_comes_with_its_status_and_media_type()
    {
        _answer = async http =>
        {
            http.Response.StatusCode = 203;
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync($"{http.Request.Host} {http.Request.Path} {http.Request.Headers.AcceptEncoding}");
        };
        var answer = await GetAsync();
        Assert.Equal((203, "text/plain"), ((int)answer.Status, answer.MediaType));
        Assert.Equal($"{Host}:{_port} /x ", System.Text.Encoding.UTF8.GetString(answer.Content.Span));
        // Asked of our own resolver.
        Assert.Equal([Host], _asked);
    }

    [Fact]
    public async Task A_post_brings_its_octets_and_media_type()
    {
        var octets = new byte[100_000];
        new Random(1).NextBytes(octets);
        var (got, type) = (new MemoryStream(), "");
        _answer = async http =>
        {
            type = http.Request.ContentType ?? "";
            await http.Request.Body.CopyToAsync(got);
            http.Response.StatusCode = 201;
        };
        Assert.Equal(201, (int)(await Client([_root]).PostAsync(Address, "application/tlsrpt+gzip", octets, 1000, Limit)).Status);
        Assert.Equal("application/tlsrpt+gzip", type);
        Assert.Equal(octets, got.ToArray());
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_is_not_followed()
    {
        var asked = 0;
        _answer = http =>
        {
            asked++;
            http.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        Assert.Equal(HttpStatusCode.Redirect, (await GetAsync()).Status);
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public async Task An_answer_that_is_too_long_is_none(int length, bool taken)
    {
        _answer = http => http.Response.WriteAsync(new string('x', length));
        if (taken)
            Assert.Equal(length, (await GetAsync()).Content.Length);
        else
            Assert.EndsWith("the answer has more than 1000 octets", (await Assert.ThrowsAsync<IOException>(async () => await GetAsync())).Message);
    }

    [Theory]
    [InlineData("mta-sts.two.test", 1)]
    [InlineData(Host, -1)]
    public async Task A_certificate_for_another_name_or_out_of_date_is_the_cause(string name, int days)
    {
        _certificate = Issue(name, TimeProvider.System.GetUtcNow().AddDays(days));
        var fault = await Assert.ThrowsAsync<IOException>(async () => await GetAsync());
        Assert.IsAssignableFrom<AuthenticationException>(fault.InnerException);
        Assert.StartsWith(Address.ToString(), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_our_own_roots_count_where_there_are_some()
    {
        Assert.IsAssignableFrom<AuthenticationException>((await Assert.ThrowsAsync<IOException>(async () => await Client([]).GetAsync(Address, 1000, Limit))).InnerException);
        // And the system knows nothing of ours.
        Assert.IsAssignableFrom<AuthenticationException>((await Assert.ThrowsAsync<IOException>(async () => await Client(null).GetAsync(Address, 1000, Limit))).InnerException);
    }

    [Fact]
    public async Task A_host_without_addresses_a_closed_port_and_plain_http_are_faults_that_name_the_address()
    {
        Assert.Equal("https://nobody.test/: no such domain", (await Assert.ThrowsAsync<IOException>(async () => await Client([_root]).GetAsync(new Uri("https://nobody.test"), 1000, Limit))).Message);
        await _server.StopAsync();
        var refused = await Assert.ThrowsAsync<IOException>(async () => await GetAsync());
        Assert.StartsWith($"{Address}: cannot connect", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(async () => await Client([_root]).GetAsync(new Uri("http://one.test/"), 1000, Limit));
    }

    [Fact]
    public async Task A_silent_server_ends_with_the_callers_limit()
    {
        using var limit = new CancellationTokenSource();
        _answer = async http =>
        {
            limit.Cancel();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Client([_root]).GetAsync(Address, 1000, limit.Token));
    }

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System).Token;

    private Uri Address => new($"https://{Host}:{_port}/x");

    private ValueTask<WebAnswer> GetAsync() => Client([_root]).GetAsync(Address, 1000, Limit);

    private HttpsClient Client(X509Certificate2Collection? roots) => new(
        new SocketNetwork(TimeProvider.System, NullLogger.Instance),
        (host, _) =>
        {
            _asked.Add(host);
            ImmutableArray<IPAddress> addresses = host == Host ? [IPAddress.Parse("127.0.0.1")] : [];
            return ValueTask.FromResult(new DnsAnswer<IPAddress>(addresses.IsEmpty ? DnsStatus.NoDomain : DnsStatus.Found, addresses, addresses.IsEmpty ? "no such domain" : "1 record", default));
        },
        () => roots);

    private X509Certificate2 Issue(string name, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_root, until.AddDays(-1.5), until, [1, 2, 3, 4]).CopyWithPrivateKey(key);
        // A server needs a key that OpenSSL can hold on to.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
