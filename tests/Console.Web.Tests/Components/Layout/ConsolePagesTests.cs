using System.Reflection;
using ConsoleWeb.Components.Layout;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;

namespace ConsoleWeb.Tests.Components.Layout;

public sealed class ConsolePagesTests
{
    /// <summary>Reached from the person's own menu, or shown where a page is missing.</summary>
    private static readonly string[] Elsewhere = ["/account", "/password", "/not-found"];

    /// <summary>Families whose first kind is in the menu and leads to the others.</summary>
    private static readonly string[] Families = ["/ca-certificates", "/key-sets"];

    /// <summary>A page that is not in the menu, and not below one that is, can only be found by those who know its address.</summary>
    [Fact]
    public void Menu_LeadsToEveryPage()
    {
        var paths = typeof(ConsolePages).Assembly.GetTypes()
            .Where(t => t.GetCustomAttribute<AllowAnonymousAttribute>() is null)
            .SelectMany(t => t.GetCustomAttributes<RouteAttribute>())
            .Select(r => r.Template)
            .ToList();

        Assert.InRange(paths.Count, 50, 200);
        Assert.DoesNotContain(paths, p => !Elsewhere.Contains(p) && !Families.Any(f => IsBelow(p, f)) && !ConsolePages.All.Any(page => IsBelow(p, page.Href)));
    }

    [Fact]
    public void Menu_NamesEachPageOnce() => Assert.Equal(ConsolePages.All.Count, ConsolePages.All.Select(p => p.Href).Distinct().Count());

    private static bool IsBelow(string path, string href) => path == href || (href != "/" && path.StartsWith(href + "/", StringComparison.Ordinal));
}
