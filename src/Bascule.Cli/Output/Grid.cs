using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bascule.Cli.Output;

/// <summary>Rows of cells in columns as wide as they need to be, two blanks apart, as kubectl prints them.</summary>
internal sealed class Grid
{
    private const int Gap = 2;

    private readonly List<Cell[]> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(params Cell[] cells) => _rows.Add(cells);

    /// <summary>The grid as something to print, once or live.</summary>
    public IRenderable Render()
    {
        var paragraph = new Paragraph { Overflow = Overflow.Crop };
        WriteTo(paragraph);
        return paragraph;
    }

    /// <summary>Appends the grid's lines.</summary>
    public void WriteTo(Paragraph paragraph)
    {
        var columns = _rows.Count == 0 ? 0 : _rows.Max(r => r.Length);
        var widths = Enumerable.Range(0, columns).Select(c => _rows.Where(r => c < r.Length).Max(r => r[c].Width)).ToArray();
        foreach (var row in _rows)
        {
            for (var c = 0; c < row.Length; c++)
            {
                foreach (var piece in row[c].Pieces)
                    paragraph.Append(piece.Text, piece.Style);
                if (row.Skip(c + 1).Any(later => later.Width > 0))
                    paragraph.Append(new string(' ', widths[c] - row[c].Width + Gap));
            }

            paragraph.Append("\n");
        }
    }
}
