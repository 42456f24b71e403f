using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;

namespace ConsoleWeb.Tests.Components;

/// <summary>
/// Finds an element and acts on it in one go, on the renderer's own thread. A page that follows something live may be drawn again at any
/// moment, and what was found before it has no handler any more.
/// </summary>
internal static class Acting
{
    public static void Click<T>(this IRenderedComponent<T> page, string selector)
        where T : IComponent => page.Act(selector, e => e.Click());

    /// <param name="text">What the button says.</param>
    public static void Click<T>(this IRenderedComponent<T> page, string selector, string text)
        where T : IComponent => page.InvokeAsync(() => page.FindAll(selector).Single(e => e.TextContent.Trim() == text).Click()).GetAwaiter().GetResult();

    /// <param name="index">Place among all that are found.</param>
    public static void Click<T>(this IRenderedComponent<T> page, string selector, int index)
        where T : IComponent => page.InvokeAsync(() => page.FindAll(selector)[index].Click()).GetAwaiter().GetResult();

    public static void Submit<T>(this IRenderedComponent<T> page, string selector)
        where T : IComponent => page.Act(selector, e => e.Submit());

    public static void Change<T, TValue>(this IRenderedComponent<T> page, string selector, TValue value)
        where T : IComponent => page.Act(selector, e => e.Change(value));

    public static void Input<T, TValue>(this IRenderedComponent<T> page, string selector, TValue value)
        where T : IComponent => page.Act(selector, e => e.Input(value));

    /// <summary>Waits for the handler's end too.</summary>
    public static Task ClickAsync<T>(this IRenderedComponent<T> page, string selector)
        where T : IComponent => page.InvokeAsync(() => page.Find(selector).ClickAsync(new()));

    /// <summary>Waits for the handler's end too.</summary>
    public static Task ChangeAsync<T>(this IRenderedComponent<T> page, string selector, object? value)
        where T : IComponent => page.InvokeAsync(() => page.Find(selector).ChangeAsync(new() { Value = value }));

    private static void Act<T>(this IRenderedComponent<T> page, string selector, Action<IElement> act)
        where T : IComponent => page.InvokeAsync(() => act(page.Find(selector))).GetAwaiter().GetResult();
}
