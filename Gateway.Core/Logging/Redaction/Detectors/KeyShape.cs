namespace Gateway.Core.Logging.Redaction.Detectors;

/// <summary>How the keys of one issuer look.</summary>
/// <param name="Prefix">What they begin with.</param>
/// <param name="Shortest">Characters after it at least.</param>
/// <param name="LooksRandom">Whether what follows must look like chance, because words begin with the prefix, too.</param>
internal sealed record KeyShape(string Prefix, int Shortest, bool LooksRandom = false)
{
    /// <summary>Letters and digits in a row, by which chance is told from words.</summary>
    private const int RandomRun = 16;

    /// <summary>Keys of model providers, of where agents keep their code, and the product's own tokens. A prefix stands before those that it begins with.</summary>
    public static readonly IReadOnlyList<KeyShape> Known =
    [
        new("sk-ant-", 16), new("sk-proj-", 16), new("sk-svcacct-", 16), new("sk-admin-", 16), new("sk-or-v1-", 16), new("sk-", 20, LooksRandom: true),
        new("AIza", 30, LooksRandom: true), new("ya29.", 20, LooksRandom: true), new("AKIA", 16), new("ASIA", 16), new("gsk_", 20, LooksRandom: true),
        new("xai-", 20, LooksRandom: true), new("hf_", 20, LooksRandom: true), new("pplx-", 20, LooksRandom: true), new("r8_", 20, LooksRandom: true),
        new("nvapi-", 20, LooksRandom: true), new("csk-", 20, LooksRandom: true), new("fw_", 20, LooksRandom: true), new("dapi", 32, LooksRandom: true),
        new("kpat_", 20, LooksRandom: true), new("ksat_", 20, LooksRandom: true),
        new("ghp_", 20), new("gho_", 20), new("ghu_", 20), new("ghs_", 20), new("ghr_", 20), new("github_pat_", 20), new("glpat-", 16), new("npm_", 30, LooksRandom: true),
        new("xoxb-", 16), new("xoxp-", 16), new("xoxa-", 16), new("xoxr-", 16), new("xoxs-", 16), new("sk_live_", 16), new("rk_live_", 16),
    ];

    public bool Fits(ReadOnlySpan<char> tail)
    {
        if (tail.Length < Shortest)
        {
            return false;
        }

        return Prefix is "AKIA" or "ASIA"
            ? tail.Length == Shortest && !tail.ContainsAnyExcept(UpperOrDigit)
            : !LooksRandom || HasRandomRun(tail);
    }

    private static readonly System.Buffers.SearchValues<char> UpperOrDigit = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    private static bool HasRandomRun(ReadOnlySpan<char> tail)
    {
        var (run, hasDigit, hasLetter) = (0, false, false);
        foreach (var c in tail)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                (run, hasDigit, hasLetter) = (0, false, false);
                continue;
            }

            run++;
            hasDigit |= char.IsAsciiDigit(c);
            hasLetter |= char.IsAsciiLetter(c);
            if (run >= RandomRun && hasDigit && hasLetter)
            {
                return true;
            }
        }

        return false;
    }
}
