using ConsoleWeb.Data.Logs.Filters;

namespace ConsoleWeb.Components.Pages.Prices;

/// <summary>Shows one receipt over the page, whoever asks for it: costs stand in tables, where a dialog has no place.</summary>
public sealed class ReceiptDesk
{
    /// <summary>Another receipt is shown, or none any more.</summary>
    public event Action? Changed;

    /// <summary>Null while none is shown.</summary>
    public AskedReceipt? Shown { get; private set; }

    /// <param name="filter">The requests whose cost it is.</param>
    /// <param name="title">What was paid for, in a few words.</param>
    /// <param name="logsHref">The address of these requests in the list; null: no link.</param>
    public void Show(RequestFilter filter, string title, string? logsHref = null) => Set(new AskedReceipt(filter, title, logsHref));

    public void Close() => Set(null);

    private void Set(AskedReceipt? receipt)
    {
        Shown = receipt;
        Changed?.Invoke();
    }
}

public sealed record AskedReceipt(RequestFilter Filter, string Title, string? LogsHref);
