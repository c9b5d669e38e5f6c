using Spectre.Console;

namespace Bascule.Cli.Output;

/// <summary>A piece of text in one style; a cell of a grid is one or more of them.</summary>
/// <param name="Text">The text, on one line.</param>
/// <param name="Style">Its style; null for the terminal's own.</param>
internal readonly record struct Piece(string Text, Style? Style = null)
{
    /// <summary>Plain text.</summary>
    public static implicit operator Piece(string text) => new(text);
}

/// <summary>One cell of a <see cref="Grid"/>.</summary>
/// <param name="Pieces">What it shows, side by side.</param>
internal readonly record struct Cell(params IReadOnlyList<Piece> Pieces)
{
    /// <summary>Columns that the cell takes.</summary>
    public int Width => Pieces.Sum(p => p.Text.EnumerateRunes().Count());

    /// <summary>A cell of plain text.</summary>
    public static implicit operator Cell(string text) => new(new Piece(text));
}
