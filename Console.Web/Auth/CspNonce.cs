using System.Security.Cryptography;

namespace ConsoleWeb.Auth;

/// <summary>The nonce of one response's content security policy.</summary>
public sealed class CspNonce
{
    public string Value { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
}
