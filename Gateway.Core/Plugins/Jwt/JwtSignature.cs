using System.Security.Cryptography;
using System.Text;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Plugins.Jwt;

/// <summary>Checks signatures of tokens (RFC 7518, 3). A token without one, <c>none</c>, is never good.</summary>
internal static class JwtSignature
{
    private const string Wrong = "Invalid signature";
    private const string Unusable = "Invalid key/secret";

    public static bool IsKnown(string algorithm) => algorithm is
        "HS256" or "HS384" or "HS512" or "RS256" or "RS384" or "RS512" or "ES256" or "ES384" or "ES512" or "PS256" or "PS384" or "PS512";

    /// <param name="credential">Has the token's algorithm.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Check(JsonWebToken token, JwtSecretConfig credential, bool isBase64)
    {
        if (token.Algorithm.StartsWith("HS", StringComparison.Ordinal))
        {
            var secret = isBase64 ? Decode(credential.Secret) : Encoding.UTF8.GetBytes(credential.Secret);
            return secret is not { Length: > 0 } ? Unusable
                : CryptographicOperations.FixedTimeEquals(Mac(token, secret), token.Signature) ? null
                : Wrong;
        }

        try
        {
            return IsSignedBy(credential.RsaPublicKey ?? "", token) ? null : Wrong;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            // The text is no public key, or one of another kind than the algorithm's.
            return Unusable;
        }
    }

    private static byte[] Mac(JsonWebToken token, byte[] secret) => token.Algorithm switch
    {
        "HS256" => HMACSHA256.HashData(secret, token.Signed),
        "HS384" => HMACSHA384.HashData(secret, token.Signed),
        _ => HMACSHA512.HashData(secret, token.Signed),
    };

    private static bool IsSignedBy(string pem, JsonWebToken token)
    {
        var hash = token.Algorithm[2..] switch
        {
            "256" => HashAlgorithmName.SHA256,
            "384" => HashAlgorithmName.SHA384,
            _ => HashAlgorithmName.SHA512,
        };
        if (token.Algorithm[0] == 'E')
        {
            using var curve = ECDsa.Create();
            curve.ImportFromPem(pem);
            var bits = hash == HashAlgorithmName.SHA512 ? 521 : int.Parse(token.Algorithm[2..], null);
            return curve.KeySize == bits
                ? curve.VerifyData(token.Signed, token.Signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                : throw new CryptographicException("The key is of another curve.");
        }

        using var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return rsa.VerifyData(token.Signed, token.Signature, hash, token.Algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    /// <summary>Either alphabet, with or without padding.</summary>
    private static byte[]? Decode(string text)
    {
        var plain = text.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        var bytes = new byte[plain.Length];
        return Convert.TryFromBase64String(plain.PadRight((plain.Length + 3) / 4 * 4, '='), bytes, out var length) ? bytes[..length] : null;
    }
}
