package dev.sallyport.server.cli.list;

import java.io.PrintWriter;
import java.util.List;

/** Columns under each other, two spaces between them. */
public final class TextTable {
    private TextTable() {}

    /** @param rows all of one length, the heading first */
    public static void print(List<List<String>> rows, PrintWriter out) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                String cell = row.get(column);
                line.append(cell).repeat(' ', widths[column] - cell.length() + 2);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
