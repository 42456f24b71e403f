using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser;

internal static class PageExtensions
{
    private const int Seconds = 30;

    /// <summary>
    /// Waits until the page's address is one that is meant. Playwright's own wait looks at the address and then listens for the next change:
    /// a page that goes there without a new document can have done so in between, and nothing comes any more.
    /// </summary>
    public static async Task ArriveAsync(this IPage page, Func<string, bool> isMeant)
    {
        for (var attempt = 0; !isMeant(page.Url); attempt++)
        {
            Assert.True(attempt < Seconds * 20, $"After {Seconds} seconds the page is still at {page.Url}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <inheritdoc cref="ArriveAsync(IPage, Func{string, bool})"/>
    public static Task ArriveAsync(this IPage page, Regex pattern) => page.ArriveAsync(pattern.IsMatch);

    /// <param name="glob"><c>*</c> stands for anything within a segment, <c>**</c> for anything.</param>
    /// <inheritdoc cref="ArriveAsync(IPage, Func{string, bool})"/>
    public static Task ArriveAsync(this IPage page, string glob) =>
        page.ArriveAsync(new Regex($"^{Regex.Escape(glob).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}$"));
}
