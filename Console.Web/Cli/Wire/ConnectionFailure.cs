using System.Security.Authentication;

namespace ConsoleWeb.Cli.Wire;

/// <summary>What a person does about a call that came to nothing or was turned away.</summary>
internal static class ConnectionFailure
{
    /// <summary>Why no answer came from an address, and what to change.</summary>
    public static string Describe(HttpRequestException e, string address, bool isKonnect)
    {
        var flag = isKonnect ? "--konnect-addr" : "--kong-addr";
        var reason = (e.InnerException ?? e).Message.TrimEnd('.');
        return e.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError =>
                $"cannot reach the Admin API at {address}: {reason}; check the name given by {flag} or {VariableOf(flag)}",
            HttpRequestError.SecureConnectionError when e.InnerException is AuthenticationException a && IsAboutCertificate(a) =>
                $"cannot trust the Admin API at {address}: {reason}; name the authority that signed its certificate with --ca-cert-file,"
                + " the name it carries with --tls-server-name, or skip the check with --tls-skip-verify",
            HttpRequestError.SecureConnectionError =>
                $"cannot speak TLS with the Admin API at {address}: {reason}; if it serves plain HTTP, write the address with http://",
            HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded =>
                $"the Admin API at {address} does not answer in HTTP: {reason}; if it serves TLS, write the address with https://",
            _ => $"cannot reach the Admin API at {address}: {reason}; is it running? Start it with ./quickstart, or name another address with {flag}",
        };
    }

    /// <summary>What to do about a refusal of the caller; empty when the answer is about something else.</summary>
    public static string Advice(int status, bool isKonnect) => status switch
    {
        401 when isKonnect => "; give a valid token with --konnect-token or DECK_KONNECT_TOKEN",
        401 => "; give a valid token with --headers 'Authorization:Bearer …' or DECK_HEADERS",
        403 => "; the token may not do this: make one with more scopes with 'gatehouse token create'",
        _ => "",
    };

    private static bool IsAboutCertificate(AuthenticationException e) => e.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase);

    private static string VariableOf(string flag) => "DECK_" + flag.TrimStart('-').Replace('-', '_').ToUpperInvariant();
}
