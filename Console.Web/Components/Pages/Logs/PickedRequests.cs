using ConsoleWeb.Components.Pages.Compare;

namespace ConsoleWeb.Components.Pages.Logs;

/// <summary>The two requests that a person picks out of the list in order to compare them.</summary>
internal sealed class PickedRequests
{
    private readonly List<string> _ids = [];

    /// <summary>Whether rows are picked at present, not opened.</summary>
    public bool IsOn { get; private set; }

    /// <summary>In the order in which they were picked.</summary>
    public IReadOnlyList<string> Ids => _ids;

    /// <summary>Address of the comparison; null while there are not two.</summary>
    public string? Address => _ids is [var a, var b] ? CompareTexts.Address(a, b) : null;

    /// <summary>A or B; null for a request that is not picked.</summary>
    public string? LetterOf(string id) => _ids.IndexOf(id) switch { 0 => "A", 1 => "B", _ => null };

    /// <param name="first">Picked at once; null: none.</param>
    public void Begin(string? first = null)
    {
        IsOn = true;
        _ids.Clear();
        if (!string.IsNullOrEmpty(first))
        {
            _ids.Add(first);
        }
    }

    public void End()
    {
        IsOn = false;
        _ids.Clear();
    }

    /// <summary>Picks a request or lets it go; a third takes the place of the second.</summary>
    public void Toggle(string id)
    {
        IsOn = true;
        if (_ids.Remove(id))
        {
            return;
        }

        if (_ids.Count == 2)
        {
            _ids.RemoveAt(1);
        }

        _ids.Add(id);
    }
}
