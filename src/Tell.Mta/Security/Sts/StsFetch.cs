using System.Globalization;
using System.Net;
using System.Security.Authentication;
using Tell.Mail;

namespace Tell.Mta.Security.Sts;

/// <summary>Fetches the MTA-STS policy of a domain (RFC 8461 3.3).</summary>
internal sealed class StsFetch(MtaContext context)
{
    // RFC 8461 3.3: a minute and 64 KB are suggested; nothing but 200 counts, and no redirect is followed.
    private const int Largest = 64 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The policy, or why there is none.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask<(StsPolicy? Policy, TlsFailure? Failure)> GetAsync(string domain, CancellationToken cancellation)
    {
        var address = new Uri($"https://mta-sts.{domain}/.well-known/mta-sts.txt");
        using var patience = new CancellationTokenSource(Limit, context.Time);
        using var registration = cancellation.UnsafeRegister(static patience => ((CancellationTokenSource)patience!).Cancel(), patience);
        try
        {
            var answer = await context.Web.GetAsync(address, Largest, patience.Token);
            if (answer.Status != HttpStatusCode.OK)
                return (null, new TlsFailure(TlsFailure.StsFetch, string.Create(CultureInfo.InvariantCulture, $"{address}: HTTP status {(int)answer.Status}")));
            if (!answer.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
                return (null, new TlsFailure(TlsFailure.StsFetch, $"{address}: it is not text/plain"));
            var (policy, problem) = StsPolicy.Read(answer.Content.Span);
            return policy is null ? (null, new TlsFailure(TlsFailure.StsInvalid, $"{address}: {problem}")) : (policy, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, new TlsFailure(TlsFailure.StsFetch, string.Create(CultureInfo.InvariantCulture, $"{address}: no answer within {Limit.TotalSeconds:0} s")));
        }
        // The ladder of the web: whatever went wrong, there is no policy.
        catch (IOException fault)
        {
            var result = fault.InnerException is AuthenticationException ? TlsFailure.StsWebPki : TlsFailure.StsFetch;
            return (null, new TlsFailure(result, Line.Clean(fault.Message).Text));
        }
    }
}
