using System.Security.Cryptography;

namespace ConsoleWeb.Auth;

/// <summary>The nonce of one response's content security policy; the same in every service scope of a request, also where a page is executed anew.</summary>
public sealed class CspNonce(IHttpContextAccessor http)
{
    private static readonly object Key = new();

    public string Value => Of(http.HttpContext!);

    /// <summary>Of the response to this request, made when first asked for.</summary>
    public static string Of(HttpContext http)
    {
        if (http.Items[Key] is not string nonce)
        {
            http.Items[Key] = nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        }

        return nonce;
    }
}
