using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ConsoleWeb.Auth;

/// <summary>
/// The one-time secret that lets whoever can read the server's output create the first administrator. Kept as a hash in memory only; a
/// restart makes a new one.
/// </summary>
internal sealed class SetupLink(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(60);

    private const int MaxWrongTries = 5;

    private readonly Lock _lock = new();
    private byte[]? _hash;
    private DateTimeOffset _expiresAt;
    private int _wrongTries;

    /// <summary>After five wrong tries nothing opens it before the next start.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _wrongTries >= MaxWrongTries;
            }
        }
    }

    /// <returns>A new secret of 43 characters; an earlier one ends.</returns>
    public string Renew()
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        lock (_lock)
        {
            _hash = Hash(secret);
            _expiresAt = time.GetUtcNow() + Lifetime;
        }

        return secret;
    }

    /// <summary>Whether the secret is the current one.</summary>
    /// <param name="isTry">Whether a wrong one counts as a try; what a browser still holds from an earlier start does not.</param>
    public bool Check(string? secret, bool isTry)
    {
        if (string.IsNullOrEmpty(secret))
        {
            return false;
        }

        lock (_lock)
        {
            if (_hash is null || _wrongTries >= MaxWrongTries)
            {
                return false;
            }

            if (!CryptographicOperations.FixedTimeEquals(_hash, Hash(secret)))
            {
                _wrongTries += isTry ? 1 : 0;
                return false;
            }

            return time.GetUtcNow() < _expiresAt;
        }
    }

    /// <summary>Ends the secret: it has been used.</summary>
    public void End()
    {
        lock (_lock)
        {
            _hash = null;
        }
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
