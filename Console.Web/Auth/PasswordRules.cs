using System.Text;
using ConsoleWeb.Data.Entities;
using Microsoft.AspNetCore.Identity;

namespace ConsoleWeb.Auth;

/// <summary>
/// Length is what protects a password, so there are no rules of composition; but the first guesses of every attacker are refused.
/// </summary>
internal sealed class PasswordRules : IPasswordValidator<GatehouseUser>
{
    public const int MinLength = 12;

    /// <summary>Hashing costs time per password, so its length is bounded; far beyond what people or managers make.</summary>
    public const int MaxLength = 1024;

    /// <summary>The words that common long passwords are made of; digits, signs, case and repetition add nothing to them.</summary>
    private static readonly string[] CommonWords =
    [
        "password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "pa$$word", "pa$$w0rd", "motdepasse", "contraseña", "contrasena", "wachtwoord",
        "admin", "administrator", "root", "superuser", "gatehouse", "gateway", "kong", "konnect", "localhost", "default", "changeme", "change",
        "letmein", "welcome", "willkommen", "qwerty", "qwertz", "azerty", "qwertyuiop", "qwertyuiop[]", "asdfghjkl", "zxcvbnm", "1q2w3e4r", "1qaz2wsx",
        "3edc4rfv", "qazwsx", "qazwsxedc", "zaq12wsx", "iloveyou", "sunshine", "princess", "football", "baseball", "dragon", "monkey", "master",
        "shadow", "superman", "batman", "michael", "jennifer", "jordan", "liverpool", "chelsea", "arsenal", "starwars", "pokemon", "trustno", "whatever",
        "computer", "internet", "samsung", "google", "secret", "geheim", "hello", "abc", "abcdef", "abcdefgh", "abcdefghijkl", "test", "testing", "guest",
        "login", "user", "summer", "winter", "spring", "autumn", "sommer", "correcthorsebatterystaple", "thisisapassword", "my", "the", "is", "a", "i", "me", "new",
    ];

    public Task<IdentityResult> ValidateAsync(UserManager<GatehouseUser> manager, GatehouseUser user, string? password) =>
        Task.FromResult(Check(password, user.UserName) is { } fault
            ? IdentityResult.Failed(new IdentityError { Code = "Password", Description = fault })
            : IdentityResult.Success);

    /// <summary>One form for all ways to type the same characters.</summary>
    public static string Normalise(string password) => password.Normalize(NormalizationForm.FormC);

    /// <returns>What is wrong, as a sentence; null when nothing is.</returns>
    public static string? Check(string? password, string? userName)
    {
        var length = password?.EnumerateRunes().Count() ?? 0;
        if (length < MinLength)
        {
            return $"The password needs at least {MinLength} characters.";
        }

        if (length > MaxLength)
        {
            return $"The password may have at most {MaxLength} characters.";
        }

        return IsGuessable(password!, userName) ? "This password is among the first that are guessed. Choose another one, such as four words that do not belong together." : null;
    }

    private static bool IsGuessable(string password, string? userName)
    {
        var text = password.ToLowerInvariant();
        if (text.Distinct().Count() <= 4 || IsRun(text))
        {
            return true;
        }

        // What is left when common words, the own name, digits and signs are taken away must be more than a few letters.
        IEnumerable<string> words = CommonWords;
        if (userName is { Length: >= 3 })
        {
            words = words.Append(userName.ToLowerInvariant()).Concat(userName.ToLowerInvariant().Split('@', '.', '-', '_', ' ').Where(w => w.Length >= 3));
        }

        foreach (var word in words.OrderByDescending(w => w.Length))
        {
            text = word.Length <= 3 ? RemoveWhole(text, word) : text.Replace(word, " ", StringComparison.Ordinal);
        }

        return text.Count(char.IsLetter) <= 2 && text.Where(char.IsDigit).Distinct().Count() <= 8 && text.Count(char.IsDigit) < 12;
    }

    /// <summary>Removes a short word only where it stands alone, so that it does not eat parts of real words.</summary>
    private static string RemoveWhole(string text, string word)
    {
        var parts = text.Split(' ');
        return string.Join(' ', parts.Where(p => p.Trim("0123456789!?.,-_@#$".ToCharArray()) != word));
    }

    /// <summary>Whether most characters follow the one before, as in <c>123456789012</c> or <c>abcdefghijkl</c>.</summary>
    private static bool IsRun(string text)
    {
        var steps = 0;
        for (var i = 1; i < text.Length; i++)
        {
            var step = text[i] - text[i - 1];
            if (step is 0 or 1 or -1 or -9 or 9)
            {
                steps++;
            }
        }

        return steps >= text.Length * 3 / 4;
    }
}
