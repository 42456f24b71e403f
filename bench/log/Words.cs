using System.Globalization;
using System.Text;

namespace Gateway.LogBench;

/// <summary>
/// Words as people, code and models use them: a few in almost every text, most of some ten thousand hardly ever, and names that come once.
/// </summary>
internal sealed class Words(Random random)
{
    /// <summary>How many words there are without the names.</summary>
    public const int Count = 40_000;

    /// <summary>One word in so many is a name that no other text has.</summary>
    private const int NameShare = 60;

    private static readonly string[] Frequent = ["the", "file", "function", "returns", "a", "value", "when", "request", "handler", "is", "called", "with", "test", "error", "stream", "token", "config", "service", "route", "plugin"];

    private static readonly string[] Syllables = ["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu", "bran", "cket", "dor", "fen", "gril", "hask", "jun", "lom", "mer", "nis", "por", "quil", "rem", "stan", "tur"];

    /// <summary>The word at a place in the order of how often words are used, from 0; at place n it is used about 1/n as often as the first.</summary>
    public static string At(int rank)
    {
        if (rank < Frequent.Length)
        {
            return Frequent[rank];
        }

        var word = new StringBuilder();
        for (var rest = rank; rest > 0; rest /= Syllables.Length)
        {
            word.Append(Syllables[rest % Syllables.Length]);
        }

        return word.Length > 3 ? word.ToString() : word.Append("ix").ToString();
    }

    public string Text(int bytes)
    {
        var text = new StringBuilder(bytes + 16);
        while (text.Length < bytes)
        {
            text.Append(random.Next(NameShare) == 0 ? "x" + random.Next().ToString("x", CultureInfo.InvariantCulture) : At((int)Math.Pow(Count, random.NextDouble()) - 1)).Append(' ');
        }

        return text.ToString();
    }
}
