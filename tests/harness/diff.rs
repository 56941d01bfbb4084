//! What differs between two texts, line by line.

/// Lines of each side that the other lacks, with `-` for what was expected and `+` for what
/// came; `None` when the texts are equal.
pub(crate) fn lines(what: &str, expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let common = common(&expected, &found);
    let (mut left, mut right) = (0, 0);
    let mut out = vec![format!("{what} (- expected, + found)")];
    for (next_left, next_right) in common.into_iter().chain([(expected.len(), found.len())]) {
        out.extend(expected[left..next_left].iter().map(|line| format!("  - {line}")));
        out.extend(found[right..next_right].iter().map(|line| format!("  + {line}")));
        out.extend(expected.get(next_left).map(|line| format!("    {line}")));
        (left, right) = (next_left + 1, next_right + 1);
    }
    Some(out.join("\n"))
}

/// The longest sequence of lines both have, as pairs of their numbers.
fn common(left: &[&str], right: &[&str]) -> Vec<(usize, usize)> {
    let mut longest = vec![vec![0; right.len() + 1]; left.len() + 1];
    for (row, line) in left.iter().enumerate().rev() {
        for (column, other) in right.iter().enumerate().rev() {
            longest[row][column] = match line == other {
                true => longest[row + 1][column + 1] + 1,
                false => longest[row + 1][column].max(longest[row][column + 1]),
            };
        }
    }
    let (mut row, mut column, mut pairs) = (0, 0, Vec::new());
    while row < left.len() && column < right.len() {
        match () {
            () if left[row] == right[column] => {
                pairs.push((row, column));
                (row, column) = (row + 1, column + 1);
            }
            () if longest[row + 1][column] >= longest[row][column + 1] => row += 1,
            () => column += 1,
        }
    }
    pairs
}
