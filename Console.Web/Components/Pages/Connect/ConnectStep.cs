namespace ConsoleWeb.Components.Pages.Connect;

/// <summary>One step as the list beside the page shows it.</summary>
/// <param name="Fact">What was chosen.</param>
/// <param name="Target">Selector of its part of the page; null: it is not on this page.</param>
public sealed record ConnectStep(string Title, string Fact, bool IsDone, bool IsCurrent = false, string? Target = null, string? Href = null);
