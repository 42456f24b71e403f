using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Gateway.Shared.Credentials;

namespace Gateway.Core.Plugins.BasicAuth;

/// <summary>
/// Compares passwords with their hashes. That takes milliseconds of a core, so what was found lately is remembered, and only some
/// cores ever do it at once. Passwords are not kept: what is remembered is a keyed hash, with a key that lives as long as the process.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Without a wait handle the semaphore has nothing to release.")]
internal sealed class PasswordVerifier
{
    private const int Capacity = 10_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lazy<string> _nobodysHash = new(() => PasswordHash.Create(Guid.NewGuid().ToString()).ToString());
    private readonly SemaphoreSlim _cores = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly RecentSet<UInt128> _right = new(Capacity);
    private readonly RecentSet<UInt128> _wrong = new(Capacity);

    /// <param name="stored">The user's password as it is stored; null when there is no such user.</param>
    public async ValueTask<bool> VerifyAsync(string user, string password, string? stored, CancellationToken cancellationToken)
    {
        // The stored hash is part of it: with another password the old one is forgotten at once.
        var login = Digest($"{user.Length}:{user}{stored}:{password}");
        if (Recall(login) is { } known)
        {
            return known;
        }

        await _cores.WaitAsync(cancellationToken);
        try
        {
            if (Recall(login) is { } meanwhile)
            {
                return meanwhile;
            }

            var isRight = Matches(password, stored ?? _nobodysHash.Value) && stored is not null;
            (isRight ? _right : _wrong).Add(login);
            return isRight;
        }
        finally
        {
            _cores.Release();
        }
    }

    private bool? Recall(UInt128 login) => _right.Contains(login) ? true : _wrong.Contains(login) ? false : null;

    /// <summary>A password that is stored without a hash, as early versions did, is compared as it is.</summary>
    private bool Matches(string password, string stored) =>
        PasswordHash.Parse(stored)?.Matches(password) ?? Digest(password) == Digest(stored);

    private UInt128 Digest(string text)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
